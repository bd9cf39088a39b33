import { generateKeyPairSync } from 'node:crypto';
import {
  FindLeaseByRequest,
  GetLease,
  GetSecret,
  GetSubmissionKey,
  GetTestRun,
  ListConnectionProviders,
  GrantCheckout,
  ListIssuerModels,
  ListMasterKeys,
  MarkMasterKeyCompromised,
  type RecipientKey,
  ResumeMasterKey,
  RetireMasterKey,
  RevealLease,
  RotateMasterKey,
  SuspendMasterKey,
  ListSecrets,
  ReplaceSecret,
  RestoreSecret,
  RevealSecret,
  RevealSecrets,
  RevokeCheckoutGrant,
  RotateSubmissionKey,
  SealSecret,
  SealSecrets,
  ShredSecret,
  TestKey,
  TestSecret,
  TestSecrets,
  AcknowledgeDifference,
  ListDifferences,
  ListLeaseUsage,
  ListReconciliations,
  ReconcileIssuer,
  RepairDifference,
  leaseOperations,
} from '@keyledger/contracts-vault';
import { newId } from '@keyledger/event-sourcing';
import {
  type ClientOf,
  clientOf,
  healthOperations,
  type Principal,
  type RequestOptions,
  type RequestReply,
  servicePrincipal,
} from '@keyledger/messaging';
import { compactDecrypt, CompactEncrypt, importJWK, type JWK } from 'jose';

export const secretOperations = {
  SealSecret,
  SealSecrets,
  ReplaceSecret,
  RestoreSecret,
  ShredSecret,
  RevealSecret,
  RevealSecrets,
  GrantCheckout,
  RevokeCheckoutGrant,
  RotateSubmissionKey,
  GetSubmissionKey,
  GetSecret,
  ListSecrets,
};

export const connectionTestOperations = { TestKey, TestSecret, TestSecrets, GetTestRun, ListConnectionProviders };

type ByName<Table> = { [Name in keyof Table as Capitalize<Name & string>]: Table[Name] };

const leasesByName = Object.fromEntries(
  Object.values(leaseOperations).map((operation) => [operation.name, operation]),
) as ByName<typeof leaseOperations>;

export const reconciliationOperations = {
  ReconcileIssuer,
  ListReconciliations,
  ListDifferences,
  RepairDifference,
  AcknowledgeDifference,
  ListLeaseUsage,
};

const operations = {
  RevealLease,
  GetLease,
  FindLeaseByRequest,
  ListIssuerModels,
  ListMasterKeys,
  RotateMasterKey,
  RetireMasterKey,
  SuspendMasterKey,
  ResumeMasterKey,
  MarkMasterKeyCompromised,
  ...secretOperations,
  ...leasesByName,
  ...connectionTestOperations,
  ...reconciliationOperations,
  ...healthOperations('vault'),
};

export type VaultClient = ClientOf<typeof operations>;

export const vaultClient = (requestReply: RequestReply): VaultClient => clientOf(requestReply, operations);

export const admin: Principal = { kind: 'user', id: 'admin', roles: ['admin'], proof: 'basic' };
export const delivery = servicePrincipal('delivery');

export const asking = (principal: Principal, also: Partial<RequestOptions> = {}): RequestOptions => {
  const id = newId();
  return { principal, correlationId: id, causationId: id, ...also };
};

export interface Recipient {
  readonly publicKey: RecipientKey;
  open(jwe: string): Promise<string>;
  /** Of a batch, by the id of the secret. */
  openAll(jwe: string): Promise<Readonly<Record<string, string>>>;
}

/** Somebody to whom a key can be sealed. */
export const newRecipient = (): Recipient => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { kty, crv, x, y } = publicKey.export({ format: 'jwk' });
  const contentOf = async <Content>(jwe: string): Promise<Content> => {
    const key = await importJWK(privateKey.export({ format: 'jwk' }) as JWK, 'ECDH-ES');
    const options = { keyManagementAlgorithms: ['ECDH-ES'], contentEncryptionAlgorithms: ['A256GCM'] };
    const { plaintext } = await compactDecrypt(jwe, key, options);
    return JSON.parse(Buffer.from(plaintext).toString()) as Content;
  };
  return {
    publicKey: { kty, crv, x, y } as RecipientKey,
    open: async (jwe) => (await contentOf<{ key: string }>(jwe)).key,
    openAll: async (jwe) => (await contentOf<{ keys: Record<string, string> }>(jwe)).keys,
  };
};

/** Reveals the key of a lease as delivery does, and opens it as its recipient. */
export const revealKey = async (client: VaultClient, leaseId: string): Promise<string> => {
  const recipient = newRecipient();
  const input = { leaseId, grantId: newId(), purpose: 'delivery' as const, recipientKey: recipient.publicKey };
  const reply = await client.RevealLease(input, asking(delivery));
  if (reply.outcome !== 'accepted') throw new Error(`Revealing was ${reply.outcome}: ${JSON.stringify(reply)}`);
  return recipient.open(reply.result.jwe);
};

/** What the gateway hands in for somebody, encrypted to the submission key of the vault. */
const encryptedFor = async (client: VaultClient, content: object, submitter: Principal): Promise<string> => {
  const { submissionKeyId, publicKey } = await client.GetSubmissionKey({}, asking(submitter));
  return new CompactEncrypt(new TextEncoder().encode(JSON.stringify({ ...content, submitter: submitter.id })))
    .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', kid: submissionKeyId })
    .encrypt(await importJWK(publicKey, 'ECDH-ES'));
};

export const submissionOf = (client: VaultClient, value: string, submitter: Principal = admin): Promise<string> =>
  encryptedFor(client, { value }, submitter);

export const submissionOfAll = (
  client: VaultClient,
  values: readonly string[],
  submitter: Principal = admin,
): Promise<string> => encryptedFor(client, { values }, submitter);
