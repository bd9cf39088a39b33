import { GrantCheckout, RestoreSecret, RevokeCheckoutGrant, ShredSecret } from '@keyledger/contracts-vault';
import { loadStream } from '@keyledger/event-sourcing';
import { type InputOf, type MessageContext, type ReplyOf, toActor } from '@keyledger/messaging';
import { secret as secrets } from '../../domain/secret/secret.decider.ts';
import type { KeyRing } from '../ports/key-ring.port.ts';
import { replyWith, secretChange, type SecretChangeDeps } from './secret-change.ts';
import { refusedWith } from './secret-refusals.ts';

export interface CustodyDeps extends SecretChangeDeps {
  readonly keyRing: KeyRing;
  /** How long an earlier version is kept, so that it can be restored. */
  readonly keepVersionsMs: number;
}

/** The commands by which people look after the secrets that they handed in. */
export const custodyHandlers = (deps: CustodyDeps) => {
  const { eventStore, keyRing, clock, keepVersionsMs } = deps;
  const change = secretChange(deps);
  const now = (): string => clock().toISOString();

  const restore = async (
    { secretId, version }: InputOf<typeof RestoreSecret>,
    caller: MessageContext,
  ): Promise<ReplyOf<typeof RestoreSecret>> => {
    const data = { secretId, version, caller: toActor(caller.principal), now: now() };
    return replyWith(await change({ type: 'RestoreSecret', data }, caller), RestoreSecret);
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
    const changed = await change({ type: 'ShredSecret', data }, caller);
    if (changed.outcome === 'refused') return refusedWith(changed.code, ShredSecret);
    const { state } = await loadStream(eventStore, secrets, secretId);
    const versions = state.status === 'absent' ? [] : state.versions.filter(({ isShredded }) => isShredded);
    await keyRing.shred(versions.map(({ envelope }) => envelope.dataKeyId));
    return changed;
  };

  const grantCheckout = async (
    input: InputOf<typeof GrantCheckout>,
    caller: MessageContext,
  ): Promise<ReplyOf<typeof GrantCheckout>> => {
    const data = { ...input, caller: toActor(caller.principal), now: now() };
    return replyWith(await change({ type: 'GrantCheckout', data }, caller), GrantCheckout);
  };

  const revokeCheckoutGrant = async (
    input: InputOf<typeof RevokeCheckoutGrant>,
    caller: MessageContext,
  ): Promise<ReplyOf<typeof RevokeCheckoutGrant>> => {
    const data = { ...input, caller: toActor(caller.principal), now: now() };
    return replyWith(await change({ type: 'RevokeCheckoutGrant', data }, caller), RevokeCheckoutGrant);
  };

  return { restore, shred, grantCheckout, revokeCheckoutGrant };
};
