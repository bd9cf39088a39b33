import {
  GrantCheckout,
  RevokeCheckoutGrant,
  ReplaceSecret,
  RestoreSecret,
  SealSecret,
  type SecretView,
  ShredSecret,
} from '@keyledger/contracts-vault';
import { AppError } from '@keyledger/errors';
import {
  type Clock,
  commandHandler,
  deriveId,
  type EventStore,
  type LoadedStream,
  loadStream,
} from '@keyledger/event-sourcing';
import { commandContextOf, type InputOf, type MessageContext, type ReplyOf, toActor } from '@keyledger/messaging';
import { mayManage } from '../../domain/policies/custody.policy.ts';
import {
  type Connection,
  connectionOf,
  type ConnectionRefusal,
  type WantedConnection,
} from '../../domain/providers/connection.ts';
import { secret as secrets } from '../../domain/secret/secret.decider.ts';
import type { SecretCommand, SecretRefusal } from '../../domain/secret/secret.messages.ts';
import type { Secret } from '../../domain/secret/secret.state.ts';
import type { KeyRing } from '../ports/key-ring.port.ts';
import { secretViews } from '../queries/secret.query.ts';
import { refusedWith } from './secret-refusals.ts';
import { sealSubmission, type SubmittedSecretDeps } from './submitted-secret.ts';

export interface CustodyDeps extends SubmittedSecretDeps {
  readonly eventStore: EventStore;
  readonly keyRing: KeyRing;
  readonly clock: Clock;
  /** How long an earlier version is kept, so that it can be restored. */
  readonly keepVersionsMs: number;
}

type Place =
  | Readonly<{ outcome: 'placed'; given: { readonly connection?: Connection } }>
  | Readonly<{ outcome: 'refused'; code: ConnectionRefusal }>;

/** Where a value is said to belong, with its whole address. */
const placeOf = (wanted: WantedConnection | undefined): Place => {
  if (wanted === undefined) return { outcome: 'placed', given: {} };
  const found = connectionOf(wanted);
  return found.outcome === 'refused' ? found : { outcome: 'placed', given: { connection: found.connection } };
};

type Done =
  | Readonly<{ outcome: 'accepted'; result: SecretView }>
  | Readonly<{ outcome: 'ignored'; because: string; result: SecretView }>
  | Readonly<{ outcome: 'refused'; code: SecretRefusal }>;

/** Attempts to place a new version while others place theirs. */
const MAX_ATTEMPTS = 4;

/** The commands by which people look after the secrets that they handed in. */
export const custodyHandlers = (deps: CustodyDeps) => {
  const { eventStore, keyRing, clock, keepVersionsMs } = deps;
  const handle = commandHandler(eventStore, secrets);
  const viewOf = secretViews(eventStore);
  const now = (): string => clock().toISOString();
  const load = (secretId: string) => loadStream(eventStore, secrets, secretId);

  const decide = async (command: SecretCommand, caller: MessageContext, seen?: LoadedStream<Secret>): Promise<Done> => {
    const { secretId } = command.data;
    const handled = await handle(secretId, command, commandContextOf(caller, clock()), seen);
    if (handled.outcome === 'refused') return handled;
    const result = await viewOf(secretId);
    if (result === undefined) throw new Error('A secret that was just changed is not there');
    return handled.outcome === 'ignored'
      ? { outcome: 'ignored', because: handled.because, result }
      : { outcome: 'accepted', result };
  };

  const seal = async (
    input: InputOf<typeof SealSecret>,
    caller: MessageContext,
  ): Promise<ReplyOf<typeof SealSecret>> => {
    deps.sealer.assertUnsealed();
    const actor = toActor(caller.principal);
    const owner = input.owner ?? actor.id;
    // Before anything is opened: those who may not keep secrets leave nothing behind.
    if (!mayManage(actor, owner)) return refusedWith('not-permitted', SealSecret);
    const place = placeOf(input.connection);
    if (place.outcome === 'refused') return refusedWith(place.code, SealSecret);
    const secretId = deriveId('submitted-secret', actor.id, input.idempotencyKey ?? caller.messageId);
    const submission = await sealSubmission(deps, input.submission, caller, { secretId, version: 1, owner });
    if (submission.outcome === 'refused') return refusedWith(submission.code, SealSecret);
    const { envelope, mask, fingerprint } = submission.sealed;
    const { label } = input;
    const data = { secretId, caller: actor, owner, label, ...place.given, envelope, mask, fingerprint, now: now() };
    const done = await decide({ type: 'SubmitSecret', data }, caller);
    return done.outcome === 'refused' ? refusedWith(done.code, SealSecret) : done;
  };

  /** A ciphertext is bound to the number of its version, so it is made anew when somebody else took that number. */
  const replace = async (
    { secretId, label, connection, submission }: InputOf<typeof ReplaceSecret>,
    caller: MessageContext,
  ): Promise<ReplyOf<typeof ReplaceSecret>> => {
    deps.sealer.assertUnsealed();
    const actor = toActor(caller.principal);
    const place = placeOf(connection);
    if (place.outcome === 'refused') return refusedWith(place.code, ReplaceSecret);
    const named = { ...place.given, ...(label === undefined ? {} : { label }) };
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      const seen = await load(secretId);
      const command = { type: 'ReplaceSecret', data: { secretId, caller: actor, ...named, now: now() } } as const;
      const { state } = seen;
      const obstacle = secrets.decider.decide(command, state);
      const isForValue = obstacle.outcome === 'refused' && obstacle.code === 'value-required';
      if (obstacle.outcome === 'refused' && !(isForValue && submission !== undefined))
        return refusedWith(obstacle.code, ReplaceSecret);
      if (submission === undefined || state.status === 'absent') return replied(await decide(command, caller, seen));
      const version = state.versions.length + 1;
      const context = { secretId, version, owner: state.owner };
      const sealed = await sealSubmission(
        deps,
        submission,
        caller,
        context,
        state.versions.map(({ mask }) => mask),
      );
      if (sealed.outcome === 'refused') return refusedWith(sealed.code, ReplaceSecret);
      const replacement = { ...sealed.sealed, version };
      const done = await decide({ ...command, data: { ...command.data, replacement } }, caller, seen);
      if (done.outcome !== 'refused' || done.code !== 'version-not-next') return replied(done);
    }
    throw new AppError('revision-conflict', 'Others keep replacing this secret; try again');
  };

  const replied = (done: Done): ReplyOf<typeof ReplaceSecret> =>
    done.outcome === 'refused' ? refusedWith(done.code, ReplaceSecret) : done;

  const restore = async (
    { secretId, version }: InputOf<typeof RestoreSecret>,
    caller: MessageContext,
  ): Promise<ReplyOf<typeof RestoreSecret>> => {
    const data = { secretId, version, caller: toActor(caller.principal), now: now() };
    const done = await decide({ type: 'RestoreSecret', data }, caller);
    return done.outcome === 'refused' ? refusedWith(done.code, RestoreSecret) : done;
  };

  /** The event comes first: from then on nothing opens, and what is left in the key ring can be deleted at leisure. */
  const shred = async (
    { secretId, scope, reason }: InputOf<typeof ShredSecret>,
    caller: MessageContext,
  ): Promise<ReplyOf<typeof ShredSecret>> => {
    const supersededBefore = new Date(clock().getTime() - keepVersionsMs).toISOString();
    const data = {
      secretId,
      caller: toActor(caller.principal),
      ...(scope === 'whole' ? {} : { supersededBefore }),
      ...(reason === undefined ? {} : { reason }),
      now: now(),
    };
    const done = await decide({ type: 'ShredSecret', data }, caller);
    if (done.outcome === 'refused') return refusedWith(done.code, ShredSecret);
    const { state } = await load(secretId);
    const versions = state.status === 'absent' ? [] : state.versions.filter(({ isShredded }) => isShredded);
    await keyRing.shred(versions.map(({ envelope }) => envelope.dataKeyId));
    return done;
  };

  const grantCheckout = async (
    input: InputOf<typeof GrantCheckout>,
    caller: MessageContext,
  ): Promise<ReplyOf<typeof GrantCheckout>> => {
    const data = { ...input, caller: toActor(caller.principal), now: now() };
    const done = await decide({ type: 'GrantCheckout', data }, caller);
    return done.outcome === 'refused' ? refusedWith(done.code, GrantCheckout) : done;
  };

  const revokeCheckoutGrant = async (
    input: InputOf<typeof RevokeCheckoutGrant>,
    caller: MessageContext,
  ): Promise<ReplyOf<typeof RevokeCheckoutGrant>> => {
    const data = { ...input, caller: toActor(caller.principal), now: now() };
    const done = await decide({ type: 'RevokeCheckoutGrant', data }, caller);
    return done.outcome === 'refused' ? refusedWith(done.code, RevokeCheckoutGrant) : done;
  };

  return { seal, replace, restore, shred, grantCheckout, revokeCheckoutGrant };
};
