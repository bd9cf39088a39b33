import type { ListIssuerModels } from '@keyledger/contracts-vault';
import { AppError } from '@keyledger/errors';
import { hasRole, type Principal, type ReplyOf } from '@keyledger/messaging';
import { type Issuer, IssuerRefused, type Issuers } from '../ports/issuer.port.ts';

type Reply = ReplyOf<typeof ListIssuerModels>;

const mayAsk = (principal: Principal): boolean =>
  hasRole(principal, 'admin') ||
  (principal.kind === 'service' && principal.id === 'service:registry' && principal.proof === 'service');

/** Whether several issuers or one are asked: an answer without the models of one would say that they are gone. */
export const issuerModelsQuery =
  (issuers: Issuers) =>
  async (principal: Principal): Promise<Reply> => {
    if (!mayAsk(principal)) throw new AppError('forbidden', 'Only the registry and administrators may ask the issuers');
    const fallback = issuers.names.at(-1);
    if (fallback === undefined) throw new AppError('unavailable', 'No issuer is configured');
    const offered = await Promise.all(issuers.names.map((name) => modelsOf(issuers, name)));
    return { issuer: fallback, models: offered.flat() };
  };

/** Those whose keys are ordered there: what another issuer serves first is offered by that one. */
const modelsOf = async (issuers: Issuers, name: string): Promise<Reply['models']> => {
  const issuer = issuers.find(name);
  if (issuer === undefined) return [];
  const models = await listed(issuer);
  return models.filter(({ id }) => issuers.issuerFor(id) === issuer).map((model) => ({ ...model, issuer: name }));
};

const listed = async (issuer: Issuer) => {
  try {
    return await issuer.listModels();
  } catch (error) {
    if (error instanceof IssuerRefused) throw new AppError('unavailable', error.message, { cause: error });
    throw error;
  }
};
