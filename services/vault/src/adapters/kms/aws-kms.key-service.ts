import { Readable } from 'node:stream';
import type { KMSClient } from '@aws-sdk/client-kms';
import { AppError } from '@keyledger/errors';
import type { KeyService } from '../../application/ports/key-service.port.ts';

export interface AwsKmsOptions {
  /** ARN, id or alias of a symmetric key; what it stands for is stored with each master key as its ARN. */
  readonly keyId: string;
  readonly region: string;
  /** Of the region; another region that a master key was made in is asked at the address that the AWS SDK knows. */
  readonly endpoint?: string;
  /** Limit of one operation, its answer and a second attempt included. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 10_000;
const ATTEMPTS = 2;
/** What AWS KMS answers is a key or an error; the rest of a longer answer is not read. */
const LONGEST_ANSWER = 64 << 10;

/** CloudTrail shows it with each use, and AWS KMS decrypts for the same context only. */
const contextOf = (masterKeyId: string) => ({ 'keyledger:master-key': masterKeyId });

/** The name of the error and nothing else: messages of AWS name accounts and roles. Those of the network have none. */
const causeOf = (error: unknown): string => {
  const { name = '', code } = error as { readonly name?: string; readonly code?: string };
  if (name === 'AbortError' || name === 'TimeoutError') return 'no answer in time';
  const said = code ?? name;
  return /^[A-Za-z]\w{1,80}$/.test(said) && said !== 'Error' ? said : 'it cannot be reached';
};

/** Without the error itself, which holds the request with its credentials. */
const translated = async <Result>(answer: Promise<Result>): Promise<Result> => {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('sealed', `AWS KMS gives no key: ${causeOf(error)}`);
  }
};

const given = <Value>(value: Value | undefined): Value => {
  if (value === undefined) throw new AppError('sealed', 'AWS KMS answered without a key');
  return value;
};

/** `arn:<partition>:kms:<region>:…` */
const regionIn = (arn: string): string | undefined => /^arn:[\w-]+:kms:([\w-]+):/.exec(arn)?.[1];

/** Loaded when it is needed: most vaults do without it. */
const sdk = () => import('@aws-sdk/client-kms');

const connect = async (options: { readonly region: string; readonly endpoint?: string }): Promise<KMSClient> => {
  const { KMSClient } = await sdk();
  const client = new KMSClient({ ...options, maxAttempts: ATTEMPTS });
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { body } = result.response as { body?: unknown };
      if (body instanceof Readable) Object.assign(result.response as object, { body: bounded(body) });
      return result;
    },
    { step: 'deserialize', priority: 'low' },
  );
  return client;
};

/** A longer answer breaks off as one does whose connection is lost. */
const bounded = (body: Readable): Readable => {
  let length = 0;
  return body.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > LONGEST_ANSWER) body.destroy(new Error('The answer is too long'));
  });
};

/** AWS KMS. Each master key is opened in the region of the key that encrypted it, whichever is configured since. */
export const awsKmsKeyService = (options: AwsKmsOptions): KeyService => {
  const { keyId, region, endpoint, timeoutMs = TIMEOUT_MS } = options;
  const clients = new Map<string, Promise<KMSClient>>();

  const clientOf = (wanted: string): Promise<KMSClient> => {
    const ofOwnRegion = endpoint === undefined || wanted !== region ? {} : { endpoint };
    const client = clients.get(wanted) ?? connect({ region: wanted, ...ofOwnRegion });
    clients.set(wanted, client);
    return client;
  };

  const limit = () => ({ abortSignal: AbortSignal.timeout(timeoutMs) });

  const encrypt: KeyService['encrypt'] = async (rootKey, masterKeyId) => {
    const { EncryptCommand } = await sdk();
    const command = new EncryptCommand({ KeyId: keyId, Plaintext: rootKey, EncryptionContext: contextOf(masterKeyId) });
    const { CiphertextBlob, KeyId } = await (await clientOf(region)).send(command, limit());
    return { serviceKey: given(KeyId), wrappedRootKey: Buffer.from(given(CiphertextBlob)).toString('base64') };
  };

  const decrypt: KeyService['decrypt'] = async ({ serviceKey, wrappedRootKey }, masterKeyId) => {
    const { DecryptCommand } = await sdk();
    const command = new DecryptCommand({
      KeyId: serviceKey,
      CiphertextBlob: Buffer.from(wrappedRootKey, 'base64'),
      EncryptionContext: contextOf(masterKeyId),
    });
    const client = await clientOf(regionIn(serviceKey) ?? region);
    return given((await client.send(command, limit())).Plaintext);
  };

  return {
    name: 'aws-kms',
    encrypt: (rootKey, masterKeyId) => translated(encrypt(rootKey, masterKeyId)),
    decrypt: (wrapped, masterKeyId) => translated(decrypt(wrapped, masterKeyId)),
  };
};
