import { randomUUID } from 'node:crypto';
import {
  GetSubmissionKey,
  type RecipientKey,
  RevealSecret,
  RevealSecrets,
  SealSecret,
  SealSecrets,
} from '@keyledger/contracts-vault';
import { newId } from '@keyledger/event-sourcing';
import { clientOf, type Principal, type RequestOptions } from '@keyledger/messaging';
import { joseSigner, natsRequestReply } from '@keyledger/messaging-nats';
import { connect } from '@nats-io/transport-node';
import { CompactEncrypt, exportJWK, generateKeyPair, importJWK } from 'jose';
import type { PathSystem } from '../path/path-system.ts';

const admin: Principal = { kind: 'user', id: 'admin', roles: ['admin'], proof: 'basic' };

const asking = (): RequestOptions => {
  const id = newId();
  return { principal: admin, correlationId: id, causationId: id };
};

/** Asks a running vault as the gateway does. */
export interface VaultClient {
  seal(value: string): Promise<string>;
  /** In one message, at most a hundred. Answers with their ids. */
  sealAll(values: readonly string[]): Promise<readonly string[]>;
  reveal(secretId: string): Promise<string>;
  /** In one message, at most a hundred. */
  revealAll(secretIds: readonly string[]): Promise<void>;
}

export const vaultClient = async ({ stack }: PathSystem, resources: AsyncDisposableStack): Promise<VaultClient> => {
  const { natsPasswords, principalKeys } = stack.secrets;
  const connection = await connect({
    servers: stack.natsUrl,
    user: 'gateway',
    pass: natsPasswords.gateway.value,
    inboxPrefix: '_INBOX.gateway',
  });
  resources.defer(() => connection.close());
  const signer = joseSigner({ service: 'gateway', privateKeyFile: principalKeys.signing.gateway });
  const vault = clientOf(natsRequestReply({ connection, signer }), {
    GetSubmissionKey,
    RevealSecret,
    RevealSecrets,
    SealSecret,
    SealSecrets,
  });
  const submissionKey = await vault.GetSubmissionKey({}, asking());
  const sealTo = await importJWK(submissionKey.publicKey, 'ECDH-ES');
  const header = { alg: 'ECDH-ES', enc: 'A256GCM', kid: submissionKey.submissionKeyId };
  const { publicKey } = await generateKeyPair('ECDH-ES', { crv: 'P-256' });
  const recipientKey = (await exportJWK(publicKey)) as RecipientKey;

  const submit = async (content: object): Promise<string> => {
    const plaintext = new TextEncoder().encode(JSON.stringify({ ...content, submitter: admin.id }));
    return new CompactEncrypt(plaintext).setProtectedHeader(header).encrypt(sealTo);
  };

  const purpose = 'break-glass' as const;
  const reason = 'To see how long it takes';

  return {
    sealAll: async (values) => {
      const items = values.map(() => ({ label: 'Bench' }));
      const reply = await vault.SealSecrets({ items, submission: await submit({ values }) }, asking());
      if (reply.outcome === 'refused') throw new Error(reply.message);
      return reply.result.items.map((item) => {
        if (item.outcome === 'refused') throw new Error(item.message);
        return item.result.secretId;
      });
    },
    revealAll: async (secretIds) => {
      const items = secretIds.map((secretId) => ({ secretId }));
      const reply = await vault.RevealSecrets({ items, purpose, reason, recipientKey }, asking());
      if (reply.outcome === 'refused') throw new Error(reply.message);
      const refused = reply.result.items.find(({ outcome }) => outcome !== 'accepted');
      if (refused !== undefined) throw new Error(`A reveal was ${refused.outcome}`);
    },
    seal: async (value) => {
      const reply = await vault.SealSecret({ label: 'Bench', submission: await submit({ value }) }, asking());
      if (reply.outcome === 'refused') throw new Error(reply.message);
      return reply.result.secretId;
    },
    reveal: async (secretId) => {
      const wish = { secretId, grantId: randomUUID(), purpose, reason, recipientKey };
      const reply = await vault.RevealSecret(wish, asking());
      if (reply.outcome === 'refused') throw new Error(reply.message);
      return reply.result.jwe;
    },
  };
};
