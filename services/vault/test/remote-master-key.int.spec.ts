import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { AwsKmsServer } from './aws-kms-server.ts';
import { TransitServer } from './transit-server.ts';
import { admin, asking, revealKey, type VaultClient } from './vault-client.ts';
import { VaultProcess } from './vault-process.ts';
import { startVaultStack, type VaultStack } from './vault-stack.ts';

jest.setTimeout(200_000);

const TOKEN = 'hvs.test-token';

describe('a vault whose master key is with a service outside', () => {
  let stack: VaultStack;
  let kms: AwsKmsServer;
  let transit: TransitServer;
  let gateway: VaultClient;
  let delivery: VaultClient;
  let vault: VaultProcess | undefined;

  beforeAll(async () => {
    [stack, kms, transit] = await Promise.all([startVaultStack(), AwsKmsServer.start(), TransitServer.start()]);
    transit.addKey('keyledger');
    [gateway, delivery] = [await stack.clientOf('gateway'), await stack.clientOf('delivery')];
  });

  afterAll(async () => {
    await vault?.kill();
    await Promise.all([kms.stop(), transit.stop()]);
    await stack.close();
  });

  const ofKms = () => ({
    KEYLEDGER_AWS_KMS_KEY: [...kms.keys.keys()][0] ?? kms.addKey(),
    KEYLEDGER_AWS_KMS_ENDPOINT: kms.url,
    AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  });
  const ofTransit = () => ({ KEYLEDGER_TRANSIT_URL: transit.url, KEYLEDGER_TRANSIT_TOKEN: TOKEN });

  const restart = async (sources: Readonly<Record<string, string>>): Promise<void> => {
    await vault?.kill();
    vault = await VaultProcess.start({ ...stack.environment, KEYLEDGER_SECRET_KEY: '', ...sources });
  };

  const health = async () => (await gateway.GetHealth({}, asking(admin))).parts['master-key'];

  const untilUp = async (): Promise<void> => {
    while ((await health())?.status !== 'up');
  };

  const rotate = async (count: number): Promise<void> => {
    expect(await gateway.RotateMasterKey({}, asking(admin))).toMatchObject({ outcome: 'accepted' });
    await stack.heard.untilAny('MasterKeyRotationCompleted', count);
  };

  const issued = async (): Promise<string> => {
    const { leaseId } = await stack.approve();
    await stack.heard.until(leaseId, 'LeaseIssued');
    return leaseId;
  };

  it('is sealed while the service is away, changes nothing, and unseals by itself when it is back', async () => {
    await restart(ofKms());
    const first = await issued();
    const { port, keys } = kms;
    const given = ofKms();
    await kms.stop();
    // What is open stays open: the service is asked once for each master key.
    expect(await revealKey(delivery, first)).toMatch(/^sk-/);

    await restart(given);
    expect(await health()).toMatchObject({
      status: 'down',
      reason: expect.stringContaining('sealed: AWS KMS gives no key'),
    });
    const { leaseId: waiting } = await stack.approve();
    await expect(revealKey(delivery, first)).rejects.toMatchObject({ code: 'sealed' });
    await expect(gateway.RotateMasterKey({}, asking(admin))).rejects.toMatchObject({ code: 'sealed' });
    expect(stack.heard.of(waiting)).toEqual([]);

    kms = await AwsKmsServer.start({ port, keys });
    await untilUp();
    await stack.heard.until(waiting, 'LeaseIssued');
    expect(await revealKey(delivery, first)).toMatch(/^sk-/);
    expect(await revealKey(delivery, waiting)).toMatch(/^sk-/);
  });

  it('moves to another service by a rotation, and needs the former one no longer', async () => {
    const leaseId = await issued();
    await restart({ ...ofKms(), ...ofTransit(), KEYLEDGER_MASTER_KEY_SOURCE: 'transit' });
    await rotate(1);
    const { masterKeys } = await gateway.ListMasterKeys({}, asking(admin));
    expect(masterKeys).toMatchObject([
      { source: 'aws-kms', status: 'deactivated', wraps: 0 },
      { source: 'transit', status: 'active' },
    ]);
    await restart(ofTransit());
    await untilUp();
    expect(await revealKey(delivery, leaseId)).toMatch(/^sk-/);

    transit.isSealed = true;
    await restart(ofTransit());
    expect(await health()).toMatchObject({ status: 'down', reason: expect.stringContaining('503 Vault is sealed') });
    transit.isSealed = false;
    await untilUp();
    expect(await revealKey(delivery, leaseId)).toMatch(/^sk-/);
  });
});
