import { expect, it } from '@jest/globals';
import { FakeMakingIssuer } from '../src/application/ports/testing/issuer.fake.ts';
import { approvedRequest } from './approval-facts.ts';
import { revealKey } from './vault-client.ts';
import { Outside } from './vault-in-memory.ts';

it('a reveal tells the number of the key, whichever version of the secret it lies in', async () => {
  const outside = new Outside((clock) => new FakeMakingIssuer({ clock }));
  const vault = await outside.replica();
  const { event, leaseId } = approvedRequest();
  outside.issuer.failNext('issue', 'after');
  await expect(vault.hear(event)).rejects.toMatchObject({ code: 'unavailable' });
  await vault.hear(event);
  await revealKey(vault.client, leaseId);
  expect((await outside.stored('secret')).find(({ type }) => type === 'SecretRevealed')?.data).toMatchObject({
    version: 1,
    generation: 2,
  });
  expect((await outside.published()).find(({ type }) => type === 'LeaseRevealed')?.data).toMatchObject({
    generation: 2,
  });
});
