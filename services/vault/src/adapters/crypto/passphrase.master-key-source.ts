import { AppError } from '@keyledger/errors';
import { SecretAccess, type SecretBytes } from '@keyledger/secrets';
import { pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import type { PassphraseParameters } from '../../domain/master-key/master-key.parameters.ts';
import type { MasterKeySource } from '../../application/ports/master-key.port.ts';
import { localMasterKey } from './aes-gcm.master-key.ts';
import { expandMaterial, type ExpandedMaterial, isCheck } from './expanded-material.ts';

/** OWASP's figure for PBKDF2-HMAC-SHA256; stored with each key, so that it may grow. */
const ITERATIONS = 600_000;
const SALT_LENGTH = 32;
const KEY_LENGTH = 32;
/** A passphrase that protects everything: shorter ones are refused when a master key is made. */
const SHORTEST = 16;

/** Runs in the thread pool, so that the event loop goes on during the half second that it takes. */
const derive = promisify(pbkdf2);

export interface PassphraseSourceOptions {
  /** Asked at each attempt, so that a corrected file is seen. `undefined` when none is configured. */
  readonly read: () => Promise<SecretBytes | undefined>;
  /** How the operator gives the passphrase; for messages. */
  readonly configuredBy: string;
  /** The passphrase before a change, which opens what it made and makes nothing new. */
  readonly former?: Former;
}

interface Former {
  readonly read: () => Promise<SecretBytes | undefined>;
  readonly configuredBy: string;
}

/** Master keys derived from a passphrase with PBKDF2-HMAC-SHA256 and a stored random salt. */
export const passphraseMasterKeySource = (options: PassphraseSourceOptions): MasterKeySource => {
  const { read, configuredBy, former } = options;
  const wrong = wrongPassphrases();

  const readPassphrase = async (): Promise<SecretBytes> => {
    const passphrase = await read();
    if (passphrase === undefined) throw new AppError('sealed', `No master key: set ${configuredBy}`);
    return passphrase;
  };

  const deriveKey = async (
    passphrase: SecretBytes,
    masterKeyId: string,
    parameters: DerivationParameters,
  ): Promise<ExpandedMaterial> => {
    const bytes = passphrase.reveal(SecretAccess.granted);
    const salt = Buffer.from(parameters.salt, 'base64');
    try {
      const material = await derive(bytes, salt, parameters.iterations, KEY_LENGTH, 'sha256');
      const derived = expandMaterial(material, masterKeyId);
      material.fill(0);
      return derived;
    } finally {
      bytes.fill(0);
    }
  };

  return {
    name: 'passphrase',

    create: async (masterKeyId) => {
      using passphrase = await readPassphrase();
      if (passphrase.length < SHORTEST)
        throw new AppError('sealed', `The passphrase of ${configuredBy} is shorter than ${SHORTEST} characters`);
      const salt = randomBytes(SALT_LENGTH).toString('base64');
      const { wrappingKey, check } = await deriveKey(passphrase, masterKeyId, { salt, iterations: ITERATIONS });
      const parameters: PassphraseParameters = {
        source: 'passphrase',
        derivation: 'PBKDF2-HMAC-SHA256',
        salt,
        iterations: ITERATIONS,
        check: check.toString('base64'),
      };
      return { parameters, masterKey: localMasterKey(masterKeyId, wrappingKey) };
    },

    open: async ({ masterKeyId, parameters }) => {
      if (parameters.source !== 'passphrase') throw new AppError('sealed', 'This master key is not from a passphrase');
      const given = [await read(), await former?.read()].filter((passphrase) => passphrase !== undefined);
      if (given.length === 0) throw new AppError('sealed', `No master key: set ${configuredBy}`);
      for (const passphrase of given) {
        if (wrong.has(masterKeyId, passphrase)) continue;
        const derived = await deriveKey(passphrase, masterKeyId, parameters);
        if (isCheck(derived, parameters.check)) return localMasterKey(masterKeyId, derived.wrappingKey);
        wrong.add(masterKeyId, passphrase);
      }
      throw new AppError('sealed', wrongMessage(options, masterKeyId));
    },
  };
};

const wrongMessage = ({ configuredBy, former }: PassphraseSourceOptions, masterKeyId: string): string => {
  const what = `The passphrase of ${configuredBy} is not the one of the master key ${masterKeyId}`;
  return former === undefined ? what : `${what}, nor is the former one, which ${former.configuredBy} gives`;
};

/** Latest passphrases that did not fit, so that they are not derived over and over while the operator is on the way. */
const wrongPassphrases = () => {
  const known = new Map<string, readonly SecretBytes[]>();
  return {
    has: (masterKeyId: string, passphrase: SecretBytes): boolean =>
      known.get(masterKeyId)?.some((each) => each.equals(passphrase)) === true,
    add: (masterKeyId: string, passphrase: SecretBytes): void => {
      known.set(masterKeyId, [passphrase, ...(known.get(masterKeyId) ?? [])].slice(0, 2));
    },
  };
};

type DerivationParameters = Pick<PassphraseParameters, 'salt' | 'iterations'>;
