import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { keepSecret } from './kept-secret.ts';
import { ada } from './people.ts';
import { revealKey, type VaultClient } from './vault-client.ts';
import { VaultProcess } from './vault-process.ts';
import { PASSPHRASE, startVaultStack, type VaultStack } from './vault-stack.ts';

jest.setTimeout(150_000);

const TIMES = 24;

describe('a sealed replica beside one that is not', () => {
  let stack: VaultStack;
  let gateway: VaultClient;
  let delivery: VaultClient;
  let directory: string;
  let sealed: VaultProcess;
  let leaseId: string;

  /** One after the other: any of them may reach the sealed replica. */
  const many = async <Result>(work: (index: number) => Promise<Result>): Promise<readonly Result[]> => {
    const results: Result[] = [];
    for (let index = 0; index < TIMES; index += 1) results.push(await work(index));
    return results;
  };

  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'sealed-replica-'));
    stack = await startVaultStack();
    [gateway, delivery] = [await stack.clientOf('gateway'), await stack.clientOf('delivery')];
    await stack.startReplica();
    ({ leaseId } = await stack.approve());
    await stack.heard.until(leaseId, 'LeaseIssued');
    const KEYLEDGER_SECRET_KEY_FILE = path.join(directory, 'secret-key');
    await writeFile(KEYLEDGER_SECRET_KEY_FILE, 'another passphrase than that of the master key');
    sealed = await VaultProcess.start({ ...stack.environment, KEYLEDGER_SECRET_KEY: '', KEYLEDGER_SECRET_KEY_FILE });
  });

  afterAll(async () => {
    await sealed.kill();
    await stack.close();
    await rm(directory, { recursive: true });
  });

  it('has every reveal and every seal answered by the other', async () => {
    const keys = await many(() => revealKey(delivery, leaseId));
    expect(new Set(keys).size).toBe(1);
    const secretIds = await many((index) => keepSecret(gateway, ada, `sk-value-${index}`));
    expect(new Set(secretIds).size).toBe(TIMES);
  });

  it('is what is answered at once where no other is left, and serves all when it is unsealed', async () => {
    await stack.stopReplicas();
    await many(() => expect(revealKey(delivery, leaseId)).rejects.toMatchObject({ code: 'sealed' }));

    await writeFile(path.join(directory, 'secret-key'), PASSPHRASE);
    await stack.heard.until((await stack.approve()).leaseId, 'LeaseIssued');
    await expect(revealKey(delivery, leaseId)).resolves.toMatch(/^sk-/);
  });
});
