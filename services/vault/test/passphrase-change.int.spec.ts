import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { admin, asking, revealKey, type VaultClient } from './vault-client.ts';
import { VaultProcess } from './vault-process.ts';
import { PASSPHRASE, startVaultStack, type VaultStack } from './vault-stack.ts';

jest.setTimeout(150_000);

const NEW_PASSPHRASE = 'staple battery horse correct';

describe('a change of the passphrase', () => {
  let stack: VaultStack;
  let gateway: VaultClient;
  let delivery: VaultClient;
  let vault: VaultProcess | undefined;

  beforeAll(async () => {
    stack = await startVaultStack();
    [gateway, delivery] = [await stack.clientOf('gateway'), await stack.clientOf('delivery')];
  });

  afterAll(async () => {
    await vault?.kill();
    await stack.close();
  });

  const restart = async (passphrases: Readonly<Record<string, string>>): Promise<void> => {
    await vault?.kill();
    vault = await VaultProcess.start({ ...stack.environment, KEYLEDGER_SECRET_KEY: '', ...passphrases });
  };

  const masterKeyHealth = async () => (await gateway.GetHealth({}, asking(admin))).parts['master-key'];

  it('needs the former passphrase beside the new one until everything is wrapped anew, and no longer', async () => {
    await restart({ KEYLEDGER_SECRET_KEY: PASSPHRASE });
    const { leaseId } = await stack.approve();
    await stack.heard.until(leaseId, 'LeaseIssued');

    await restart({ KEYLEDGER_SECRET_KEY: NEW_PASSPHRASE });
    expect(await masterKeyHealth()).toMatchObject({
      status: 'down',
      reason: expect.stringContaining('is not the one'),
    });
    await expect(gateway.RotateMasterKey({}, asking(admin))).rejects.toMatchObject({ code: 'sealed' });

    const both = { KEYLEDGER_SECRET_KEY: NEW_PASSPHRASE, KEYLEDGER_OLD_SECRET_KEY: PASSPHRASE };
    await restart(both);
    expect(await masterKeyHealth()).toMatchObject({ status: 'up' });
    expect(await revealKey(delivery, leaseId)).toMatch(/^sk-/);
    expect(await gateway.RotateMasterKey({}, asking(admin))).toMatchObject({ outcome: 'accepted' });
    await stack.heard.untilAny('MasterKeyRotationCompleted', 1);
    expect((await gateway.ListMasterKeys({}, asking(admin))).rotation?.completedAt).toBeDefined();

    await restart({ KEYLEDGER_SECRET_KEY: NEW_PASSPHRASE });
    expect(await masterKeyHealth()).toMatchObject({ status: 'up' });
    expect(await revealKey(delivery, leaseId)).toMatch(/^sk-/);
    await restart({ KEYLEDGER_SECRET_KEY: PASSPHRASE });
    expect(await masterKeyHealth()).toMatchObject({ status: 'down' });
  });
});
