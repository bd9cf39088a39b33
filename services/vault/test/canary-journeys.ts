import { expect } from '@jest/globals';
import { newId } from '@keyledger/event-sourcing';
import { applicationPrincipal } from '@keyledger/messaging';
import type { Haystack } from './haystack.ts';
import type { ProviderServer } from './provider-server.ts';
import { admin, asking, newRecipient, submissionOf, submissionOfAll, type VaultClient } from './vault-client.ts';
import type { VaultStack } from './vault-stack.ts';

const checkOut = async (
  gateway: VaultClient,
  secretId: string,
  note: <Reply>(reply: Reply) => Reply,
): Promise<void> => {
  const serviceTokenId = newId();
  const reveal = async () => {
    const wish = { secretId, grantId: newId(), purpose: 'checkout' as const, recipientKey: newRecipient().publicKey };
    return note(await gateway.RevealSecret(wish, asking(applicationPrincipal(serviceTokenId)))).outcome;
  };
  note(await gateway.GrantCheckout({ secretId, serviceTokenId }, asking(admin)));
  expect(await reveal()).toBe('accepted');
  note(await gateway.RevokeCheckoutGrant({ secretId, serviceTokenId }, asking(admin)));
  expect(await reveal()).toBe('refused');
};

/** In a batch with one that is not there, and once more where all are denied. */
const revealTogether = async (
  gateway: VaultClient,
  secretId: string,
  value: string,
  note: <Reply>(reply: Reply) => Reply,
): Promise<void> => {
  const recipient = newRecipient();
  const items = [{ secretId }, { secretId: newId() }];
  const wish = { items, purpose: 'break-glass' as const, reason: 'To see where it can be found' };
  const reply = note(await gateway.RevealSecrets({ ...wish, recipientKey: recipient.publicKey }, asking(admin)));
  if (reply.outcome === 'refused') throw new Error(reply.message);
  expect(await recipient.openAll(reply.result.jwe ?? '')).toEqual({ [secretId]: value });
  note(await gateway.RevealSecrets({ items, purpose: 'checkout', recipientKey: recipient.publicKey }, asking(admin)));
};

/** Every way that a value can go which somebody hands in: sealed, replaced, refused, revealed, shredded. */
export const handIn = async (gateway: VaultClient, values: readonly string[], haystack: Haystack): Promise<void> => {
  const note = <Reply>(reply: Reply): Reply => {
    haystack.add('reply', JSON.stringify(reply));
    return reply;
  };
  const [first = '', second = '', quoted = '', failed = ''] = values;
  const submit = (value: string) => submissionOf(gateway, value);
  const seal = async (submission: string) =>
    note(await gateway.SealSecret({ label: 'Canary', submission }, asking(admin)));
  const reply = await seal(await submit(first));
  if (reply.outcome === 'refused') throw new Error(reply.message);
  const { secretId } = reply.result;
  await seal(await submit(`"${quoted}"`));
  await seal(await submit(` ${quoted}`));
  await seal(await submissionOf(gateway, failed, { ...admin, id: 'somebody-else' }));
  const items = [{ label: 'Third' }, { label: 'Quoted' }];
  const submission = await submissionOfAll(gateway, [second, `"${quoted}"`]);
  note(await gateway.SealSecrets({ items, submission }, asking(admin)));
  note(await gateway.ReplaceSecret({ secretId, submission: await submit(second) }, asking(admin)));
  note(await gateway.RestoreSecret({ secretId, version: 1 }, asking(admin)));
  const wish = { secretId, grantId: newId(), purpose: 'break-glass' as const, reason: 'To see where it can be found' };
  const recipient = newRecipient();
  const revealed = await gateway.RevealSecret({ ...wish, recipientKey: recipient.publicKey }, asking(admin));
  if (revealed.outcome === 'refused') throw new Error(revealed.message);
  expect(await recipient.open(note(revealed).result.jwe)).toBe(first);
  note(await gateway.RevealSecret({ ...wish, recipientKey: newRecipient().publicKey }, asking(admin)));
  await revealTogether(gateway, secretId, first, note);
  note(await gateway.RotateSubmissionKey({}, asking(admin)));
  await checkOut(gateway, secretId, note);
  note(await gateway.RotateMasterKey({}, asking(admin)));
  note(await gateway.GetSecret({ secretId }, asking(admin)));
  note(await gateway.ShredSecret({ secretId, scope: 'whole' }, asking(admin)));
};

/** Every way that a key under test can go: accepted, blamed while the provider quotes it, unanswered, refused. */
export const tryOut = async (
  gateway: VaultClient,
  heard: VaultStack['heard'],
  server: ProviderServer,
  [good = '', quoted = '', refused = '', kept = '']: readonly string[],
  haystack: Haystack,
): Promise<void> => {
  const test = async (value: string, baseUrl = server.addressOf('openai')): Promise<void> => {
    const submission = await submissionOf(gateway, value);
    const input = { provider: 'openai', baseUrl, model: 'm', submission };
    haystack.add('reply', JSON.stringify(await gateway.TestKey(input, asking(admin))));
  };
  const openai = server.of('openai');
  openai.keys.set(good, 'good');
  await test(good);
  const message = `No: ${quoted}, ${Buffer.from(quoted).toString('base64')}, ${quoted.slice(0, 30)}`;
  openai.next.push({ status: 401, headers: { 'retry-after': quoted }, body: { error: { message, type: quoted } } });
  await test(quoted);
  openai.next.push({ status: 400, body: `Bad Bearer ${quoted}` });
  await test(quoted);
  await test(quoted, 'https://127.0.0.2:1/v1');
  await test(`"${refused}"`);
  const connection = { provider: 'openai', baseUrl: server.addressOf('openai') };
  const submission = await submissionOf(gateway, kept);
  const reply = await gateway.SealSecret({ label: 'Kept', connection, submission }, asking(admin));
  if (reply.outcome === 'refused') throw new Error(reply.message);
  const { secretId } = reply.result;
  openai.next.push({ status: 403, body: { error: { message: `${kept} may not`, type: kept } } });
  haystack.add('reply', JSON.stringify(await gateway.TestSecret({ secretId }, asking(admin))));
  haystack.add('reply', JSON.stringify(await gateway.GetSecret({ secretId }, asking(admin))));
  expect(openai.heard.at(-1)?.headers['authorization']).toBe(`Bearer ${kept}`);
  openai.next.push({ status: 402, body: { error: { message: `No money for ${kept}` } } });
  const started = await gateway.TestSecrets({ secretIds: [secretId] }, asking(admin));
  if (started.outcome === 'refused') throw new Error(started.message);
  const { runId } = started.result;
  await heard.until(runId, 'TestRunCompleted');
  const run = await gateway.GetTestRun({ runId }, asking(admin));
  expect(run?.results[0]?.test?.outcome).toBe('billing');
  haystack.add('reply', JSON.stringify([started, run]));
  expect(openai.heard.map(({ headers }) => headers['authorization'])).toContain(`Bearer ${quoted}`);
};
