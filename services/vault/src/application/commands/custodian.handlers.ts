import { ConfirmKeyEnded, HandInKey } from '@keyledger/contracts-vault';
import { AppError } from '@keyledger/errors';
import { type CommandContext, commandHandler, type EventStore, loadStream, newId } from '@keyledger/event-sourcing';
import { type InputOf, type MessageContext, type ReplyOf, toActor } from '@keyledger/messaging';
import { lease as leases } from '../../domain/lease/lease.decider.ts';
import { isLive, keyInMaking, type KnownLease } from '../../domain/lease/lease.state.ts';
import { leaseDenial } from '../../domain/policies/lease-custody.policy.ts';
import { secret as secrets } from '../../domain/secret/secret.decider.ts';
import { tryHandedInKey, type TryHandedInKeyDeps } from '../connection-tests/try-handed-in-key.ts';
import { holdKey } from '../held-keys.ts';
import { unusedCopies } from '../unused-copies.ts';
import type { SecretReader } from '../ports/secret-table.port.ts';
import { answerWith, changeLease, contextFor, type LeaseChangeDeps, workOn } from './lease-change.ts';
import { leaseRefusal } from './lease-refusals.ts';
import { messageOf } from './secret-refusals.ts';
import { openSubmission, type SubmittedSecretDeps } from './submitted-secret.ts';

export interface CustodianDeps extends LeaseChangeDeps, SubmittedSecretDeps, TryHandedInKeyDeps {
  readonly secrets: SecretReader;
}

/** The version that the key became. */
interface HandedIn {
  readonly version: number;
  readonly mask: string;
  /** The provider knows the key. */
  readonly isTested: boolean;
}

const MESSAGES = {
  'lease-ended': 'The lease has ended meanwhile: end the key that you made at its provider',
  'key-not-requested': 'No key is asked for, or another one was handed in: end the key that you made at its provider',
} as const;

/** Attempts to place a version while others place theirs. */
const MAX_ATTEMPTS = 4;

/** The commands of people who do at a provider what it has no interface for. */
export const custodianHandlers = (deps: CustodianDeps) => {
  const { eventStore, clock, sealer } = deps;
  const handleLease = commandHandler(eventStore, leases);
  const tryOut = tryHandedInKey(deps);
  const hold = holdKey(deps);
  const copies = unusedCopies(deps);

  /**
   * Two owners of one live key would each lose it with the other's lease, or keep it in spite of the end of their own. That
   * no two leases get one value is certain, by its stream; that it lies nowhere else in the vault is as the read model has it.
   */
  const isFree = async (fingerprint: string, { leaseId, terms }: KnownLease, generation: number): Promise<boolean> => {
    const stored = await deps.secrets.page({ fingerprint }, 2);
    if (stored.some(({ secretId }) => secretId !== leaseId)) return false;
    return hold(fingerprint, { issuer: terms.issuer, leaseId, generation });
  };

  /** The refusal of what was handed in, or the version that it became. */
  const seal = async (
    lease: KnownLease,
    submission: string,
    caller: MessageContext,
    context: CommandContext,
  ): Promise<ReplyOf<typeof HandInKey> | HandedIn> => {
    const { leaseId, terms } = lease;
    const opened = await openSubmission(deps, submission, caller);
    if (opened.outcome === 'refused') return leaseRefusal(opened.code, HandInKey, messageOf(opened.code));
    using value = opened.value;
    const tried = await tryOut(terms.issuer, value, caller.deadlineAt);
    if (tried.outcome === 'refused') return leaseRefusal('key-not-valid', HandInKey, tried.message);
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      const version = await nextVersion(eventStore, leaseId);
      const place = { secretId: leaseId, version, owner: terms.owner };
      const sealed = await sealer.seal(value, place);
      const generation = keyInMaking(lease)?.generation ?? lease.generation;
      if (!(await isFree(sealed.fingerprint, lease, generation))) return leaseRefusal('key-taken', HandInKey);
      const command = {
        type: 'SealSecret',
        data: { ...place, ...sealed, now: clock().toISOString() },
      } as const;
      const handled = await commandHandler(eventStore, secrets)(leaseId, command, { ...context, commandId: newId() });
      if (handled.outcome === 'accepted') return { version, mask: sealed.mask, isTested: tried.isTested };
    }
    throw new AppError('revision-conflict', 'Others keep sealing keys of this lease; try again');
  };

  const handIn = async (
    { leaseId, issuerKeyId, submission }: InputOf<typeof HandInKey>,
    caller: MessageContext,
  ): Promise<ReplyOf<typeof HandInKey>> => {
    sealer.assertUnsealed();
    const { state } = await loadStream(eventStore, leases, leaseId);
    if (state.status === 'absent') return leaseRefusal('lease-not-found', HandInKey);
    const denial = leaseDenial(toActor(caller.principal), 'hand-in', state.terms.owner);
    if (denial !== undefined) return leaseRefusal(denial, HandInKey);
    if (isLive(state) && state.key.issuerKeyId === issuerKeyId)
      return answerWith(deps, leaseId, 'the key has been handed in');
    const commandOf = (key: Pick<HandedIn, 'mask'> & Partial<HandedIn>) =>
      ({ type: 'HandInKey', data: { leaseId, issuerKeyId, ...key, now: clock().toISOString() } }) as const;
    // Before anything is sealed: what nobody asked for leaves nothing behind.
    const outlook = leases.decider.decide(commandOf({ mask: '****' }), state);
    if (outlook.outcome === 'refused') return handInRefusal(outlook.code);
    if (outlook.outcome === 'ignored') return answerWith(deps, leaseId, outlook.because);
    const context = contextFor(state, caller, clock);
    const sealed = await seal(state, submission, caller, context);
    if ('outcome' in sealed) return sealed;
    const handled = await handleLease(leaseId, commandOf(sealed), context);
    if (handled.outcome !== 'accepted') await copies.discard(state, [sealed.version]);
    if (handled.outcome === 'refused') return handInRefusal(handled.code);
    await workOn(deps, leaseId, context);
    return answerWith(deps, leaseId, handled.outcome === 'ignored' ? handled.because : undefined);
  };

  const confirmEnded = (
    { leaseId, issuerKeyId }: InputOf<typeof ConfirmKeyEnded>,
    caller: MessageContext,
  ): Promise<ReplyOf<typeof ConfirmKeyEnded>> =>
    changeLease(
      deps,
      { operation: ConfirmKeyEnded, action: 'confirm-end', input: { leaseId }, caller },
      (_lease, _changeId, now) => ({
        type: 'ConfirmKeyEnded',
        data: { leaseId, issuerKeyId, confirmedBy: caller.principal.id, now },
      }),
    );

  return { handIn, confirmEnded };
};

/** Whoever made the key is the only one who knows of it: nobody else would end it. */
const handInRefusal = (code: string) =>
  leaseRefusal(code, HandInKey, code === 'lease-ended' || code === 'key-not-requested' ? MESSAGES[code] : undefined);

const nextVersion = async (eventStore: EventStore, secretId: string): Promise<number> => {
  const { state } = await loadStream(eventStore, secrets, secretId);
  return state.status === 'absent' ? 1 : state.versions.length + 1;
};
