import { expect, it } from '@jest/globals';
import { issuerUnavailable } from '../src/application/ports/issuer.port.ts';
import { admin, asking } from './vault-client.ts';
import { approvedRequest } from './approval-facts.ts';
import { Outside } from './vault-in-memory.ts';

const MINUTE_MS = 60_000;

it.each([
  ['is not said to be done while a key in its grace period works on', 1, 'issued'],
  ['is said to be done when the issuer says so of every key', 2, 'suspended'],
])('a suspension that the issuer does not answer for long %s', async (_what, reached, status) => {
  const outside = new Outside();
  const vault = await outside.replica();
  const { event, leaseId } = approvedRequest({ duration: '30d' });
  await vault.hear(event);
  await vault.client.RotateLease({ leaseId, reason: 'It was in a chat' }, asking(admin));
  const calls = outside.issuer.suspension;
  const { suspend } = calls;
  const [before, counting] = [...outside.issuer.live.keys()];
  calls.suspend = async (issuerKeyId) => {
    if (issuerKeyId === counting || reached === 2) await suspend(issuerKeyId);
    if (issuerKeyId === before) throw issuerUnavailable('The answer was lost');
  };
  await vault.client.SuspendLease({ leaseId, reason: 'Strange spending' }, asking(admin));
  outside.advance(16 * MINUTE_MS);
  await vault.resume();
  expect(await vault.client.GetLease({ leaseId }, asking(admin))).toMatchObject({ status });
});
