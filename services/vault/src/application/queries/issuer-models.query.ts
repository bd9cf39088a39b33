import type { ListIssuerModels } from '@keyledger/contracts-vault';
import { AppError } from '@keyledger/errors';
import { hasRole, type Principal, type ReplyOf } from '@keyledger/messaging';
import { type Issuer, IssuerRefused, type Issuers } from '../ports/issuer.port.ts';

const mayAsk = (principal: Principal): boolean =>
  hasRole(principal, 'admin') ||
  (principal.kind === 'service' && principal.id === 'service:registry' && principal.proof === 'service');

export const issuerModelsQuery =
  (issuers: Issuers) =>
  async (principal: Principal): Promise<ReplyOf<typeof ListIssuerModels>> => {
    if (!mayAsk(principal)) throw new AppError('forbidden', 'Only the registry and administrators may ask the issuer');
    const [first] = issuers.names;
    const issuer = first === undefined ? undefined : issuers.find(first);
    if (issuer === undefined) throw new AppError('unavailable', 'No issuer is configured');
    return { issuer: issuer.name, models: await modelsOf(issuer) };
  };

const modelsOf = async (issuer: Issuer): Promise<{ id: string; ownedBy?: string }[]> => {
  try {
    return (await issuer.listModels()).map((model) => ({ ...model }));
  } catch (error) {
    if (error instanceof IssuerRefused) throw new AppError('unavailable', error.message, { cause: error });
    throw error;
  }
};
