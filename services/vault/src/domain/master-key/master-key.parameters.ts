import { z } from 'zod';

/** What is needed, besides the passphrase, to derive the key again, and to see that it is the right one. */
const passphraseParameters = z.object({
  source: z.literal('passphrase'),
  derivation: z.literal('PBKDF2-HMAC-SHA256'),
  salt: z.base64(),
  iterations: z.int().min(600_000),
  /** Derived apart from the key itself; equal only for the same passphrase. */
  check: z.base64(),
});

/** The same for a key that lies in a file. */
const keyFileParameters = z.object({
  source: z.literal('key-file'),
  derivation: z.literal('HKDF-SHA256'),
  salt: z.base64(),
  check: z.base64(),
});

/** For a root key that a service outside encrypts: with which of its keys, and what came of it. */
const keyServiceParameters = <const Source extends string>(source: Source) =>
  z.object({
    source: z.literal(source),
    derivation: z.literal('HKDF-SHA256'),
    /** Names the key of the service: an ARN of AWS KMS, `<mount>/<name>` of transit. */
    serviceKey: z.string().min(1),
    /** As the service gave it. Opens only there. */
    wrappedRootKey: z.string().min(1),
    check: z.base64(),
  });

export const parametersSchema = z.discriminatedUnion('source', [
  passphraseParameters,
  keyFileParameters,
  keyServiceParameters('aws-kms'),
  keyServiceParameters('transit'),
]);

export type MasterKeyParameters = z.infer<typeof parametersSchema>;

export type KeyServiceParameters = Extract<MasterKeyParameters, { wrappedRootKey: string }>;

export type PassphraseParameters = z.infer<typeof passphraseParameters>;

export interface KnownMasterKey {
  readonly masterKeyId: string;
  readonly parameters: MasterKeyParameters;
}
