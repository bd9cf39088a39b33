import { AppError } from '@keyledger/errors';
import { createHash, createSecretKey, randomBytes } from 'node:crypto';
import { localMasterKey } from '../../../adapters/crypto/aes-gcm.master-key.ts';
import type { MasterKeyParameters, PassphraseParameters } from '../../../domain/master-key/master-key.parameters.ts';
import type { MasterKey, MasterKeySource } from '../master-key.port.ts';

const digest = (...parts: readonly string[]): Buffer => createHash('sha256').update(parts.join('\0')).digest();

/** Derives in an instant what takes a real passphrase half a second. `material` may be changed at any time. */
export class FakeMasterKeySource implements MasterKeySource {
  readonly name: MasterKeySource['name'] = 'passphrase';
  material: string | undefined;

  constructor(material?: string) {
    this.material = material;
  }

  async create(masterKeyId: string): Promise<{ parameters: MasterKeyParameters; masterKey: MasterKey }> {
    const salt = randomBytes(16).toString('base64');
    const check = digest('check', this.#material(), salt).toString('base64');
    const parameters = {
      source: 'passphrase',
      derivation: 'PBKDF2-HMAC-SHA256',
      salt,
      iterations: 600_000,
      check,
    } as const;
    return { parameters, masterKey: await this.open({ masterKeyId, parameters }) };
  }

  async open(known: { masterKeyId: string; parameters: MasterKeyParameters }): Promise<MasterKey> {
    const { salt, check } = known.parameters as PassphraseParameters;
    const material = this.#material();
    if (digest('check', material, salt).toString('base64') !== check)
      throw new AppError('sealed', 'Another master key');
    return localMasterKey(known.masterKeyId, createSecretKey(digest('wrap', material, salt, known.masterKeyId)));
  }

  #material(): string {
    if (this.material === undefined) throw new AppError('sealed', 'No master key');
    return this.material;
  }
}
