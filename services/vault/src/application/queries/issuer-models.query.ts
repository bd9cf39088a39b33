import type { ListIssuerModels } from '@keyledger/contracts-vault';
import { AppError } from '@keyledger/errors';
import { hasRole, type Principal, type ReplyOf } from '@keyledger/messaging';
import { type Issuer, IssuerRefused } from '../ports/issuer.port.ts';

const mayAsk = (principal: Principal): boolean =>
  hasRole(principal, 'admin') ||
  (principal.kind === 'service' && principal.id === 'service:registry' && principal.proof === 'service');

export const issuerModelsQuery =
  (issuer: Issuer) =>
  async (principal: Principal): Promise<ReplyOf<typeof ListIssuerModels>> => {
    if (!mayAsk(principal)) throw new AppError('forbidden', 'Only the registry and administrators may ask the issuer');
    try {
      return { issuer: issuer.name, models: (await issuer.listModels()).map((model) => ({ ...model })) };
    } catch (error) {
      if (error instanceof IssuerRefused) throw new AppError('unavailable', error.message, { cause: error });
      throw error;
    }
  };
