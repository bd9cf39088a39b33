import { afterEach, describe, expect, it } from '@jest/globals';
import { createHash, randomUUID } from 'node:crypto';
import { commandHandler, loadStream } from '@keyledger/event-sourcing';
import { SecretBytes } from '@keyledger/secrets';
import { staticIssuer } from '../src/adapters/issuers/static/static.issuer.ts';
import { ownContext } from '../src/application/own-context.ts';
import type { Issuer, IssuerFrom } from '../src/application/ports/issuer.port.ts';
import { lease as leases } from '../src/domain/lease/lease.decider.ts';
import { LATE_CALL_MS } from '../src/domain/lease/lease.discarding.ts';
import type { Lease } from '../src/domain/lease/lease.state.ts';
import { secret as secrets } from '../src/domain/secret/secret.decider.ts';
import { administrator } from '../src/domain/secret/secret.examples.ts';
import { makers, type Remote } from './remote-issuers.ts';
import { revealKey } from './vault-client.ts';
import { approvedRequest } from './approval-facts.ts';
import type { Replica } from './replica.ts';
import { Outside } from './vault-in-memory.ts';

const DAY_MS = 86_400_000;

const stateOf = async (outside: Outside<Issuer>, leaseId: string): Promise<Lease> =>
  (await loadStream(outside.eventStore, leases, leaseId)).state;

/** Whoever looks after leases goes on until no lost call can arrive any more. */
const settle = async (outside: Outside<Issuer>, vault: Replica): Promise<void> => {
  for (let round = 0; round < 3; round += 1) {
    outside.advance(LATE_CALL_MS + 1_000);
    await vault.resume();
  }
};

describe.each(makers)('a lease of %s', (_name, start) => {
  let remote: Remote;
  afterEach(() => remote.stop());

  const scene = async () => {
    remote = await start();
    const outside = new Outside<Issuer>((clock) => remote.issuerAt(clock));
    return { outside, vault: await outside.replica(), request: approvedRequest({ duration: '7d' }) };
  };

  it('has the one key that lives there, and reveals it', async () => {
    const { vault, request } = await scene();
    await vault.hear(request.event);
    const [key, ...others] = remote.live();
    expect(others).toEqual([]);
    expect(key?.name).toBe(`${request.leaseId}-g1`);
    const revealed = await revealKey(vault.client, request.leaseId);
    if (key?.hash !== undefined) expect(createHash('sha256').update(revealed).digest('hex')).toBe(key.hash);
  });

  it('ends the key of which the answer was lost, and has another one', async () => {
    const { outside, vault, request } = await scene();
    remote.loseNextAnswer();
    await vault.hear(request.event).catch(() => undefined);
    expect(remote.live().map(({ name }) => name)).toEqual([`${request.leaseId}-g1`]);
    await settle(outside, vault);
    expect(await stateOf(outside, request.leaseId)).toMatchObject({ status: 'issued', generation: 2 });
    expect(remote.live().map(({ name }) => name)).toEqual([`${request.leaseId}-g2`]);
  });

  it('leaves nothing there when it is revoked', async () => {
    const { outside, vault, request } = await scene();
    await vault.hear(request.event);
    const now = outside.clock().toISOString();
    await vault.tell({ type: 'RevokeLease', data: { leaseId: request.leaseId, reason: 'Over', now } });
    expect(await stateOf(outside, request.leaseId)).toMatchObject({ status: 'ended', how: 'revoked' });
    expect(remote.live()).toEqual([]);
  });

  it('ends when its time is over, whether the issuer knows of that or not', async () => {
    const { outside, vault, request } = await scene();
    await vault.hear(request.event);
    outside.advance(8 * DAY_MS);
    await vault.resume();
    expect(await stateOf(outside, request.leaseId)).toMatchObject({ status: 'ended', how: 'expired' });
    expect(remote.live()).toEqual([]);
  });
});

class WithStock extends Outside<IssuerFrom<'stock'>> {
  readonly secretIds: string[] = [];
  override readonly issuer = staticIssuer({
    name: 'team-pool',
    gatewayUrl: 'https://api.mistral.ai/v1',
    models: ['mistral-large'],
    secretIds: this.secretIds,
    isShared: false,
    eventStore: this.eventStore,
    clock: this.clock,
  });

  /** Somebody hands a key in. */
  async store(vault: Replica, value: string): Promise<void> {
    const place = { secretId: randomUUID(), version: 1, owner: 'admin' };
    using key = SecretBytes.fromText(value);
    const sealed = await vault.sealer.seal(key, place);
    const data = { ...place, ...sealed, label: 'Mistral', caller: administrator, now: this.clock().toISOString() };
    await commandHandler(this.eventStore, secrets)(
      place.secretId,
      { type: 'SubmitSecret', data },
      ownContext(this.clock()),
    );
    this.secretIds.push(place.secretId);
  }
}

describe('leases of keys in stock', () => {
  it('hold one each, and a lease for which none is left fails and says so', async () => {
    const outside = new WithStock();
    const vault = await outside.replica();
    for (const value of ['stored-key-number-one', 'stored-key-number-two']) await outside.store(vault, value);
    const requests = [approvedRequest(), approvedRequest(), approvedRequest()] as const;
    for (const { event } of requests) await vault.hear(event);
    const [one, two, three] = requests;
    expect(await revealKey(vault.client, one.leaseId)).toBe('stored-key-number-one');
    expect(await revealKey(vault.client, two.leaseId)).toBe('stored-key-number-two');
    expect(await stateOf(outside, three.leaseId)).toMatchObject({
      status: 'failed',
      failure: { cause: 'stock-exhausted' },
    });
  });

  it('wait for somebody to end the key where only people can', async () => {
    const outside = new WithStock();
    const vault = await outside.replica();
    await outside.store(vault, 'stored-key-number-one');
    const { event, leaseId } = approvedRequest();
    await vault.hear(event);
    const now = outside.clock().toISOString();
    await vault.tell({ type: 'RevokeLease', data: { leaseId, reason: 'Over', now } });
    expect(await stateOf(outside, leaseId)).toMatchObject({ status: 'ending' });
    const next = approvedRequest();
    await vault.hear(next.event);
    expect(await stateOf(outside, next.leaseId)).toMatchObject({ status: 'failed' });
  });
});
