import { TestKey } from '@keyledger/contracts-vault';
import { AppError } from '@keyledger/errors';
import type { Clock } from '@keyledger/event-sourcing';
import { type InputOf, type MessageContext, type ReplyOf, toActor } from '@keyledger/messaging';
import { flawOf, type SecretBytes } from '@keyledger/secrets';
import { hasProven } from '../../domain/policies/custody.policy.ts';
import { connectionOf } from '../../domain/providers/connection.ts';
import { flawRefusals, refusedWith } from '../commands/secret-refusals.ts';
import type { SecretSealer } from '../ports/secret-sealer.port.ts';
import type { TestQuota } from '../ports/test-quota.port.ts';
import type { SubmissionKeys } from '../submission-keys.ts';
import type { TestConnection } from './test-connection.ts';

type Input = InputOf<typeof TestKey>;
type Reply = ReplyOf<typeof TestKey>;

export interface TestKeyDeps {
  readonly sealer: Pick<SecretSealer, 'assertUnsealed'>;
  readonly submissions: Pick<SubmissionKeys, 'open'>;
  readonly test: TestConnection;
  readonly quota: TestQuota;
  readonly mostPerMinute: MostTests;
  readonly clock: Clock;
}

/** Keys that nobody keeps, tested in one minute. */
export interface MostTests {
  readonly perPerson: number;
  readonly byAll: number;
}

type Handed =
  | Readonly<{ outcome: 'opened'; value: SecretBytes | undefined }>
  | Readonly<{ outcome: 'refused'; code: Extract<Reply, { outcome: 'refused' }>['code'] }>;

const tooMany = (message: string, retryAfterMs: number): AppError =>
  new AppError('rate-limited', message, { retryAfterMs });

/**
 * A value that nobody keeps: it exists here for the length of one test, and is recorded nowhere. So many are tested in a
 * minute, that nobody tries out keys that they found, or has the vault call providers without end.
 */
export const testKeyHandler = (deps: TestKeyDeps) => {
  const { sealer, submissions, test, quota, mostPerMinute, clock } = deps;

  const takeTurn = async (person: string): Promise<void> => {
    const own = await quota.take(`person:${person}`, mostPerMinute.perPerson, clock());
    if (own > 0) throw tooMany('Too many keys were tested by the same person; wait and try again', own);
    const common = await quota.take('all', mostPerMinute.byAll, clock());
    if (common > 0) throw tooMany('Too many keys are tested at the moment; wait and try again', common);
  };

  const handedIn = async (submission: string | undefined, isOptional: boolean, submitter: string): Promise<Handed> => {
    if (submission === undefined)
      return isOptional ? { outcome: 'opened', value: undefined } : { outcome: 'refused', code: 'value-empty' };
    const opened = await submissions.open(submission, submitter);
    if (opened.outcome === 'refused') return opened;
    const flaw = flawOf(opened.value);
    if (flaw === undefined) return opened;
    opened.value.dispose();
    return { outcome: 'refused', code: flawRefusals[flaw] as 'value-empty' };
  };

  return async (input: Input, { principal, deadlineAt }: MessageContext): Promise<Reply> => {
    sealer.assertUnsealed();
    if (!hasProven(toActor(principal))) return refusedWith('not-permitted', TestKey);
    const found = connectionOf(input);
    if (found.outcome === 'refused') return refusedWith(found.code, TestKey);
    const { provider, connection } = found;
    await takeTurn(principal.id);
    const handed = await handedIn(input.submission, provider.isKeyOptional === true, principal.id);
    if (handed.outcome === 'refused') return refusedWith(handed.code, TestKey);
    try {
      const wish = { provider, connection, key: handed.value, model: input.model, deadlineAt };
      return { outcome: 'accepted', result: await test(wish) };
    } finally {
      handed.value?.dispose();
    }
  };
};
