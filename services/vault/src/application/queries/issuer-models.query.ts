import type { ListIssuerModels } from '@keyledger/contracts-vault';
import { AppError, isTransient } from '@keyledger/errors';
import { hasRole, type Principal, type ReplyOf } from '@keyledger/messaging';
import { IssuerRefused, type Issuers } from '../ports/issuer.port.ts';

type Reply = ReplyOf<typeof ListIssuerModels>;
type Outcome = NonNullable<Reply['outcomes']>[number];

/** What one issuer offers, or why that is not known. */
interface Asked {
  readonly outcome: Outcome;
  readonly models: Reply['models'];
}

const mayAsk = (principal: Principal): boolean =>
  hasRole(principal, 'admin') ||
  (principal.kind === 'service' && principal.id === 'service:registry' && principal.proof === 'service');

/** Issuers are asked at once, and one that does not answer takes nothing away from the others. */
export const issuerModelsQuery =
  (issuers: Issuers) =>
  async (principal: Principal): Promise<Reply> => {
    if (!mayAsk(principal)) throw new AppError('forbidden', 'Only the registry and administrators may ask the issuers');
    const fallback = issuers.names.at(-1);
    if (fallback === undefined) throw new AppError('unavailable', 'No issuer is configured');
    const asked = await Promise.all(issuers.names.map((name) => ask(issuers, name)));
    const outcomes = asked.map(({ outcome }) => outcome);
    if (outcomes.every(({ outcome }) => outcome !== 'listed'))
      throw new AppError('unavailable', outcomes.flatMap(({ message }) => message ?? []).join('. '));
    return { issuer: fallback, models: asked.flatMap(({ models }) => models), outcomes };
  };

const ask = async (issuers: Issuers, issuer: string): Promise<Asked> => {
  try {
    return { outcome: { issuer, outcome: 'listed' }, models: await modelsOf(issuers, issuer) };
  } catch (error) {
    if (!(error instanceof IssuerRefused) && !isTransient(error)) throw error;
    const outcome = error instanceof IssuerRefused ? 'refused' : 'unavailable';
    return { outcome: { issuer, outcome, message: (error as Error).message }, models: [] };
  }
};

/** Those whose keys are ordered there: what another issuer serves first is offered by that one. */
const modelsOf = async (issuers: Issuers, name: string): Promise<Reply['models']> => {
  const issuer = issuers.find(name);
  const models = (await issuer?.listModels()) ?? [];
  return models.filter(({ id }) => issuers.issuerFor(id) === issuer).map((model) => ({ ...model, issuer: name }));
};
