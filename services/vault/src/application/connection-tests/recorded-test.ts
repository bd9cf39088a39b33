import { AppError } from '@keyledger/errors';
import { type Clock, type CommandContext, commandHandler, deriveId, type EventStore } from '@keyledger/event-sourcing';
import { servicePrincipal, toActor } from '@keyledger/messaging';
import type { SecretBytes } from '@keyledger/secrets';
import { connectionOf } from '../../domain/providers/connection.ts';
import { secret as secrets } from '../../domain/secret/secret.decider.ts';
import type { RevealSecret } from '../../domain/secret/secret.messages.ts';
import { type KeptSecret, type SealedVersion, versionOf } from '../../domain/secret/secret.state.ts';
import { recordReadability } from '../commands/record-readability.ts';
import { ownContext } from '../own-context.ts';
import { type SecretSealer, SecretUnreadable } from '../ports/secret-sealer.port.ts';
import type { TestConnection, TestResult } from './test-connection.ts';

export interface RecordedTestDeps {
  readonly eventStore: EventStore;
  readonly sealer: SecretSealer;
  readonly clock: Clock;
  readonly test: TestConnection;
}

export interface WantedTest {
  readonly secretId: string;
  readonly version: number;
  /** A chat is held with it. */
  readonly model?: string | undefined;
  readonly deadlineAt: number;
}

export type Untestable =
  'version-not-found' | 'secret-shredded' | 'connection-unknown' | 'secret-unreadable' | 'not-permitted';

export type RecordedTestAnswer =
  Readonly<{ outcome: 'tested'; test: TestResult }> | Readonly<{ outcome: 'refused'; code: Untestable }>;

/** The vault opens for itself: the value goes to its provider and to nobody who asks. */
const VAULT = toActor(servicePrincipal('vault'));

/**
 * Tests a version at the address that was named with its value. It is opened, the opening is recorded, and only then is the
 * value sent: what is not recorded is not used. `context` is that of whoever asked, and stands in the record. What the
 * provider says is recorded when it is news. A version that does not open is marked so.
 */
export const recordedTest = ({ eventStore, sealer, clock, test }: RecordedTestDeps) => {
  const handle = commandHandler(eventStore, secrets);
  const noteReadability = recordReadability({ eventStore, clock });

  const open = async (secret: KeptSecret, stored: SealedVersion, { secretId, version }: WantedTest) =>
    sealer.open(stored.envelope, { secretId, version, owner: secret.owner }).catch((error: unknown) => {
      if (error instanceof SecretUnreadable) return undefined;
      throw error;
    });

  const recordOpening = async (
    { secretId, version, deadlineAt }: WantedTest,
    recipient: string,
    context: CommandContext,
  ): Promise<boolean> => {
    const now = clock();
    if (now.getTime() > deadlineAt) throw new AppError('deadline-exceeded', 'Nobody waits for this test any more');
    const { commandId: attemptId } = context;
    const grantId = deriveId('connection-test', attemptId);
    const opening = { purpose: 'connection-test' as const, caller: VAULT, recipient, now: now.toISOString() };
    const command: RevealSecret = {
      type: 'RevealSecret',
      data: { secretId, version, attemptId, grantId, ...opening },
    };
    const handled = await handle(secretId, command, context);
    if (handled.outcome === 'accepted') return handled.events.every(({ type }) => type === 'SecretRevealed');
    return handled.outcome === 'ignored';
  };

  const record = async ({ secretId, version }: WantedTest, result: TestResult, correlationId: string) => {
    const data = { secretId, version, ...result, now: clock().toISOString() };
    await handle(secretId, { type: 'RecordTest', data }, ownContext(clock(), correlationId));
  };

  const tryOut = async (secret: KeptSecret, wanted: WantedTest, stored: SealedVersion, context: CommandContext) => {
    const found = stored.connection === undefined ? undefined : connectionOf(stored.connection);
    if (found?.outcome !== 'found') return 'connection-unknown';
    const { provider, connection } = found;
    using key: SecretBytes | undefined = await open(secret, stored, wanted);
    const { secretId, version, model, deadlineAt } = wanted;
    const isReadable = key !== undefined;
    if (!isReadable || stored.isUnreadable)
      await noteReadability({ secretId, version, isReadable }, 'test', context.correlationId);
    if (!isReadable) return 'secret-unreadable';
    if (!(await recordOpening(wanted, connection.baseUrl, context))) return 'not-permitted';
    // Awaited here: the key is disposed of when this function ends.
    return await test({ provider, connection, key, model, deadlineAt });
  };

  return async (secret: KeptSecret, wanted: WantedTest, context: CommandContext): Promise<RecordedTestAnswer> => {
    const stored = versionOf(secret, wanted.version);
    if (stored === undefined) return { outcome: 'refused', code: 'version-not-found' };
    if (stored.isShredded) return { outcome: 'refused', code: 'secret-shredded' };
    const tested = await tryOut(secret, wanted, stored, context);
    if (typeof tested === 'string') return { outcome: 'refused', code: tested };
    await record(wanted, tested, context.correlationId);
    return { outcome: 'tested', test: tested };
  };
};

export type RecordedTest = ReturnType<typeof recordedTest>;
