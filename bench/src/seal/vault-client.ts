import { randomUUID } from 'node:crypto';
import { GetSubmissionKey, type RecipientKey, RevealSecret, SealSecret } from '@keyledger/contracts-vault';
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
  reveal(secretId: string): Promise<string>;
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
  const vault = clientOf(natsRequestReply({ connection, signer }), { GetSubmissionKey, RevealSecret, SealSecret });
  const submissionKey = await vault.GetSubmissionKey({}, asking());
  const sealTo = await importJWK(submissionKey.publicKey, 'ECDH-ES');
  const header = { alg: 'ECDH-ES', enc: 'A256GCM', kid: submissionKey.submissionKeyId };
  const { publicKey } = await generateKeyPair('ECDH-ES', { crv: 'P-256' });
  const recipientKey = (await exportJWK(publicKey)) as RecipientKey;

  const submit = async (content: object): Promise<string> => {
    const plaintext = new TextEncoder().encode(JSON.stringify({ ...content, submitter: admin.id }));
    return new CompactEncrypt(plaintext).setProtectedHeader(header).encrypt(sealTo);
  };

  return {
    seal: async (value) => {
      const reply = await vault.SealSecret({ label: 'Bench', submission: await submit({ value }) }, asking());
      if (reply.outcome === 'refused') throw new Error(reply.message);
      return reply.result.secretId;
    },
    reveal: async (secretId) => {
      const reason = 'To see how long it takes';
      const wish = { secretId, grantId: randomUUID(), purpose: 'break-glass' as const, reason, recipientKey };
      const reply = await vault.RevealSecret(wish, asking());
      if (reply.outcome === 'refused') throw new Error(reply.message);
      return reply.result.jwe;
    },
  };
};
