import { generateKeyPairSync, randomUUID } from 'node:crypto';
import {
  GetSubmissionKey,
  ListMasterKeys,
  MasterKeyRotationCompleted,
  type RecipientKey,
  RevealSecret,
  RotateMasterKey,
  SealSecret,
} from '@keyledger/contracts-vault';
import type { Stack } from '@keyledger/dev-stack';
import { newId } from '@keyledger/event-sourcing';
import { clientOf, type Principal, type RequestOptions } from '@keyledger/messaging';
import { connectNats, joseSigner, natsRequestReply } from '@keyledger/messaging-nats';
import { CompactEncrypt, importJWK } from 'jose';

const admin: Principal = { kind: 'user', id: 'admin', roles: ['admin'], proof: 'basic' };

const asking = (): RequestOptions => {
  const id = newId();
  return { principal: admin, correlationId: id, causationId: id };
};

const newRecipient = (): RecipientKey => {
  const { kty, crv, x, y } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
  return { kty, crv, x, y } as RecipientKey;
};

/** An administrator at the vault, by way of the gateway's user of NATS. */
export interface VaultUser {
  /** Hands in a secret and answers with its id. */
  seal(): Promise<string>;
  reveal(secretId: string): Promise<void>;
  /** Begins a rotation, and resolves when the vault tells that it is completed. */
  rotate(): Promise<void>;
  /** How many data keys the master key wraps that writes. */
  wraps(): Promise<number>;
}

export const vaultUser = async (stack: Stack, resources: AsyncDisposableStack): Promise<VaultUser> => {
  const { natsPasswords, principalKeys } = stack.secrets;
  const credentials = { user: 'gateway', password: natsPasswords.gateway.value };
  const connection = await connectNats({ servers: stack.natsUrl, name: 'gateway', ...credentials });
  resources.defer(() => connection.close());
  const signer = joseSigner({ service: 'gateway', privateKeyFile: principalKeys.signing.gateway });
  const operations = { GetSubmissionKey, ListMasterKeys, RevealSecret, RotateMasterKey, SealSecret };
  const vault = clientOf(natsRequestReply({ connection, signer }), operations);
  const completed = connection.subscribe(MasterKeyRotationCompleted.subject);
  const recipientKey = newRecipient();

  return {
    seal: async () => {
      const { submissionKeyId, publicKey } = await vault.GetSubmissionKey({}, asking());
      const content = JSON.stringify({ value: `sk-${randomUUID()}`, submitter: admin.id });
      const submission = await new CompactEncrypt(new TextEncoder().encode(content))
        .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', kid: submissionKeyId })
        .encrypt(await importJWK(publicKey, 'ECDH-ES'));
      const reply = await vault.SealSecret({ label: 'bench', submission }, asking());
      if (reply.outcome === 'refused') throw new Error(reply.code);
      return reply.result.secretId;
    },
    reveal: async (secretId) => {
      const wish = { secretId, grantId: randomUUID(), purpose: 'break-glass' as const, reason: 'A benchmark needs it' };
      const reply = await vault.RevealSecret({ ...wish, recipientKey }, asking());
      if (reply.outcome !== 'accepted') throw new Error(`A reveal was ${reply.outcome}`);
    },
    rotate: async () => {
      const reply = await vault.RotateMasterKey({}, asking());
      if (reply.outcome !== 'accepted') throw new Error(`The rotation was ${reply.outcome}`);
      for await (const _told of completed) return;
    },
    wraps: async () => {
      const { masterKeys } = await vault.ListMasterKeys({}, asking());
      return masterKeys.find(({ status }) => status === 'active')?.wraps ?? 0;
    },
  };
};
