import {
  type GetSecret,
  type GetSubmissionKey,
  type GrantCheckout,
  type ListSecrets,
  type ReplaceSecret,
  type RestoreSecret,
  type RevealSecret,
  type RevealSecrets,
  type RevokeCheckoutGrant,
  RotateSubmissionKey,
  type SealSecret,
  type SealSecrets,
  type ShredSecret,
} from '@keyledger/contracts-vault';
import { streamMemory } from '@keyledger/event-sourcing';
import type { InputOf, MessageContext, Operation, ReplyOf } from '@keyledger/messaging';
import type { Secret } from '../domain/secret/secret.state.ts';
import type { PublishedKey } from '../domain/submission-key/submission-key.messages.ts';
import { presentKey } from '../domain/submission-key/submission-key.state.ts';
import { type CustodyDeps, custodyHandlers } from './commands/custody.handlers.ts';
import { handInSecretHandlers, type HandInSecretDeps } from './commands/hand-in-secret.handlers.ts';
import type { RecordedRevealDeps } from './commands/recorded-reveal.ts';
import { revealSecretHandler } from './commands/reveal-secret.handler.ts';
import { revealSecretsHandler } from './commands/reveal-secrets.handler.ts';
import { sealSecretsHandler } from './commands/seal-secrets.handler.ts';
import { refusedWith } from './commands/secret-refusals.ts';
import type { SecretReader } from './ports/secret-table.port.ts';
import { secretQueries } from './queries/secret.query.ts';
import type { SubmissionKeys } from './submission-keys.ts';

type Answer<O extends Operation> = (input: InputOf<O>, caller: MessageContext) => Promise<ReplyOf<O>>;

/** What the vault answers about secrets that people keep in it. */
export interface SecretOperations {
  readonly sealSecret: Answer<typeof SealSecret>;
  readonly sealSecrets: Answer<typeof SealSecrets>;
  readonly replaceSecret: Answer<typeof ReplaceSecret>;
  readonly restoreSecret: Answer<typeof RestoreSecret>;
  readonly shredSecret: Answer<typeof ShredSecret>;
  readonly revealSecret: Answer<typeof RevealSecret>;
  readonly revealSecrets: Answer<typeof RevealSecrets>;
  readonly grantCheckout: Answer<typeof GrantCheckout>;
  readonly revokeCheckoutGrant: Answer<typeof RevokeCheckoutGrant>;
  readonly rotateSubmissionKey: Answer<typeof RotateSubmissionKey>;
  readonly getSubmissionKey: Answer<typeof GetSubmissionKey>;
  readonly getSecret: Answer<typeof GetSecret>;
  readonly listSecrets: Answer<typeof ListSecrets>;
}

export type SecretOperationsDeps = CustodyDeps &
  HandInSecretDeps &
  RecordedRevealDeps & { readonly reader: SecretReader };

const shown = ({ submissionKeyId, publicKey }: PublishedKey) => ({ submissionKeyId, publicKey });

const rotation =
  (submissions: SubmissionKeys): Answer<typeof RotateSubmissionKey> =>
  async (_input, caller) => {
    const handled = await submissions.rotate(caller);
    if (handled.outcome === 'refused') return refusedWith(handled.code, RotateSubmissionKey);
    const key = presentKey(handled.state);
    if (key === undefined) throw new Error('There is no submission key after a rotation');
    return handled.outcome === 'ignored'
      ? { outcome: 'ignored', because: handled.because, result: shown(key) }
      : { outcome: 'accepted', result: shown(key) };
  };

/** Of the secrets that were asked for last; some hundred bytes each. */
const REMEMBERED_EVENTS = 50_000;

export const secretOperations = (deps: SecretOperationsDeps): SecretOperations => {
  const memory = streamMemory<Secret>(REMEMBERED_EVENTS);
  const handIn = handInSecretHandlers(deps);
  const custody = custodyHandlers(deps);
  const queries = secretQueries(deps.eventStore, deps.reader);
  return {
    sealSecret: handIn.seal,
    sealSecrets: sealSecretsHandler(deps),
    replaceSecret: handIn.replace,
    restoreSecret: custody.restore,
    shredSecret: custody.shred,
    revealSecret: revealSecretHandler(deps, memory),
    revealSecrets: revealSecretsHandler(deps, memory),
    grantCheckout: custody.grantCheckout,
    revokeCheckoutGrant: custody.revokeCheckoutGrant,
    rotateSubmissionKey: rotation(deps.submissions),
    getSubmissionKey: async () => shown(await deps.submissions.present()),
    getSecret: (input, { principal }) => queries.get(input, principal),
    listSecrets: (input, { principal }) => queries.list(input, principal),
  };
};
