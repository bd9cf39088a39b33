import { beforeEach, describe, expect, it } from '@jest/globals';
import { IssuerRefused, issuerUnavailable } from '../src/application/ports/issuer.port.ts';
import { admin, asking } from './vault-client.ts';
import { approvedRequest } from './approval-facts.ts';
import type { Replica } from './replica.ts';
import { Outside } from './vault-in-memory.ts';

const MINUTE_MS = 60_000;

let outside: Outside;
let vault: Replica;
let leaseId: string;
/** Of the key that counts, and the one before it. */
let counting: string;
let before: string;

beforeEach(async () => {
  outside = new Outside();
  vault = await outside.replica();
  const request = approvedRequest({ duration: '30d' });
  leaseId = request.leaseId;
  await vault.hear(request.event);
  await vault.client.RotateLease({ leaseId, reason: 'It was in a chat' }, asking(admin));
  [before = '', counting = ''] = [...outside.issuer.live.keys()];
});

const suspend = () => vault.client.SuspendLease({ leaseId, reason: 'Strange spending' }, asking(admin));
const resume = () => vault.client.ResumeLease({ leaseId }, asking(admin));
const read = () => vault.client.GetLease({ leaseId }, asking(admin));

/** What becomes of a call for one key, before it reaches the issuer. */
const disturb = (call: 'suspend' | 'resume', disturbed: string, fault: () => Error, isReached = false) => {
  const calls = outside.issuer.suspension;
  const undisturbed = calls[call];
  calls[call] = async (issuerKeyId) => {
    if (issuerKeyId !== disturbed || isReached) await undisturbed(issuerKeyId);
    if (issuerKeyId === disturbed) throw fault();
  };
  return () => {
    calls[call] = undisturbed;
  };
};

const refusal = () => new IssuerRefused('order-refused', 'Not this one');
const silence = () => issuerUnavailable('The answer was lost');

const isSuspended = (issuerKeyId: string): boolean => outside.issuer.live.get(issuerKeyId)?.isSuspended === true;

describe('a suspension that the issuer does not answer for long', () => {
  it.each([
    ['says which key before the one that counts may work on', false],
    ['is said to be done when the issuer says so of every key', true],
  ])('%s', async (_what, isReached) => {
    disturb('suspend', before, silence, isReached);
    await suspend();
    outside.advance(16 * MINUTE_MS);
    await vault.resume();
    const { status, retiring } = (await read()) ?? {};
    expect(status).toBe('suspended');
    expect(retiring?.[0]?.refused?.cause).toBe(isReached ? undefined : 'issuer-unavailable');
  });

  it('is not said to be done when the key that counts works on', async () => {
    disturb('suspend', counting, silence);
    await suspend();
    outside.advance(16 * MINUTE_MS);
    await vault.resume();
    expect(await read()).toMatchObject({ status: 'issued' });
    expect([isSuspended(counting), isSuspended(before)]).toEqual([false, false]);
  });
});

describe('a suspension that the issuer refuses', () => {
  it('of the key before is told of that key, and asked for again by whoever suspends again', async () => {
    const heal = disturb('suspend', before, refusal);
    expect(await suspend()).toMatchObject({
      outcome: 'accepted',
      result: {
        status: 'suspended',
        retiring: [
          { generation: 1, refused: { change: 'suspension', cause: 'order-refused', message: 'Not this one' } },
        ],
      },
    });
    expect([isSuspended(counting), isSuspended(before)]).toEqual([true, false]);
    heal();
    expect(await suspend()).toMatchObject({ outcome: 'accepted' });
    expect((await read())?.retiring?.[0]).not.toHaveProperty('refused');
    expect(isSuspended(before)).toBe(true);
    expect(await suspend()).toMatchObject({ outcome: 'ignored' });
  });

  it('of the key that counts leaves both as they were', async () => {
    disturb('suspend', counting, refusal);
    expect(await suspend()).toMatchObject({ result: { status: 'issued' } });
    expect([isSuspended(counting), isSuspended(before)]).toEqual([false, false]);
  });

  it('does not keep the key before from being retired', async () => {
    disturb('suspend', before, refusal);
    await suspend();
    await vault.client.RetireLeaseKey({ leaseId, generation: 1, reason: 'It works on' }, asking(admin));
    expect([...outside.issuer.live.keys()]).toEqual([counting]);
  });
});

describe('a resumption that the issuer refuses of the key before', () => {
  it('is told of that key, and asked for again by whoever resumes again', async () => {
    await suspend();
    const heal = disturb('resume', before, refusal);
    expect(await resume()).toMatchObject({
      result: { status: 'issued', retiring: [{ refused: { change: 'resumption', cause: 'order-refused' } }] },
    });
    heal();
    expect(await resume()).toMatchObject({ outcome: 'accepted' });
    expect(isSuspended(before)).toBe(false);
    expect(await resume()).toMatchObject({ outcome: 'refused', code: 'not-suspended' });
  });
});
