import type { KMSClient } from '@aws-sdk/client-kms';
import { AppError } from '@keyledger/errors';
import type { KeyService } from '../../application/ports/key-service.port.ts';

export interface AwsKmsOptions {
  /** ARN, id or alias of a symmetric key; what it stands for is stored with each master key as its ARN. */
  readonly keyId: string;
  readonly region: string;
  readonly endpoint?: string;
  /** Limit of one request; a failed one is tried once more. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 5_000;
const ATTEMPTS = 2;

/** CloudTrail shows it with each use, and AWS KMS decrypts for the same context only. */
const contextOf = (masterKeyId: string) => ({ 'keyledger:master-key': masterKeyId });

/** The name of the error and nothing else: messages of AWS name accounts and roles. Those of the network have none. */
const causeOf = (error: unknown): string => {
  const { name, code } = error as { readonly name?: string; readonly code?: string };
  return code ?? (name === undefined || name === 'Error' ? 'it cannot be reached' : name);
};

const translated = async <Result>(answer: Promise<Result>): Promise<Result> => {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('sealed', `AWS KMS gives no key: ${causeOf(error)}`, { cause: error });
  }
};

const given = <Value>(value: Value | undefined): Value => {
  if (value === undefined) throw new AppError('sealed', 'AWS KMS answered without a key');
  return value;
};

/** Loaded when it is needed: most vaults do without it. */
const sdk = () => import('@aws-sdk/client-kms');

export const awsKmsKeyService = ({ keyId, region, endpoint, timeoutMs = TIMEOUT_MS }: AwsKmsOptions): KeyService => {
  let connected: Promise<KMSClient> | undefined;

  const client = (): Promise<KMSClient> => {
    connected ??= sdk().then(
      ({ KMSClient }) =>
        new KMSClient({
          region,
          ...(endpoint === undefined ? {} : { endpoint }),
          maxAttempts: ATTEMPTS,
          requestHandler: { connectionTimeout: timeoutMs, requestTimeout: timeoutMs, throwOnRequestTimeout: true },
        }),
    );
    return connected;
  };

  const encrypt: KeyService['encrypt'] = async (rootKey, masterKeyId) => {
    const { EncryptCommand } = await sdk();
    const command = new EncryptCommand({ KeyId: keyId, Plaintext: rootKey, EncryptionContext: contextOf(masterKeyId) });
    const { CiphertextBlob, KeyId } = await (await client()).send(command);
    return { serviceKey: given(KeyId), wrappedRootKey: Buffer.from(given(CiphertextBlob)).toString('base64') };
  };

  const decrypt: KeyService['decrypt'] = async ({ serviceKey, wrappedRootKey }, masterKeyId) => {
    const { DecryptCommand } = await sdk();
    const command = new DecryptCommand({
      KeyId: serviceKey,
      CiphertextBlob: Buffer.from(wrappedRootKey, 'base64'),
      EncryptionContext: contextOf(masterKeyId),
    });
    return given((await (await client()).send(command)).Plaintext);
  };

  return {
    name: 'aws-kms',
    encrypt: (rootKey, masterKeyId) => translated(encrypt(rootKey, masterKeyId)),
    decrypt: (wrapped, masterKeyId) => translated(decrypt(wrapped, masterKeyId)),
  };
};
