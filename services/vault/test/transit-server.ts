import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { listenOnLoopback, type Loopback } from '@keyledger/testing';
import { type Endless, neverEnd } from './endless-answer.ts';

/** An answer with `errors`, as Vault and OpenBao give it. */
class Refused extends Error {
  readonly status: number;
  readonly errors: readonly string[];

  constructor(status: number, ...errors: readonly string[]) {
    super(errors.join('; '));
    this.status = status;
    this.errors = errors;
  }
}

interface KeyRecord {
  readonly versions: readonly Buffer[];
  /** Every context has a key of its own. */
  readonly isDerived: boolean;
  minDecryptionVersion: number;
}

interface Input {
  readonly plaintext?: string;
  readonly ciphertext?: string;
  readonly context?: string;
  readonly associated_data?: string;
}

export interface TransitOptions {
  readonly port?: number;
  readonly keys?: TransitServer['keys'];
  readonly isDerived?: boolean;
  readonly token?: string;
}

/**
 * The transit engine of Vault and OpenBao as far as a client can tell that encrypts and decrypts: tokens, namespaces, derived
 * keys and associated data, versions of keys, the errors of each, and a server that is itself sealed.
 */
export class TransitServer {
  readonly keys: Map<string, KeyRecord>;
  token: string;
  isSealed = false;
  namespace: string | undefined;
  readonly asked: string[] = [];
  /** Begins every answer and never ends it. */
  endless: Endless | undefined;
  readonly #isDerived: boolean;
  readonly #loopback: Loopback;

  private constructor(loopback: Loopback, { keys, isDerived = false, token = 'hvs.test-token' }: TransitOptions) {
    this.#loopback = loopback;
    this.keys = keys ?? new Map();
    this.#isDerived = isDerived;
    this.token = token;
  }

  static async start(options: TransitOptions = {}): Promise<TransitServer> {
    const http = createServer();
    const server = new TransitServer(await listenOnLoopback(http, options.port), options);
    http.on('request', (request, response) => void server.#serve(request, response));
    return server;
  }

  get url(): string {
    return this.#loopback.url;
  }

  get port(): number {
    return this.#loopback.port;
  }

  addKey(name: string): void {
    this.keys.set(name, { versions: [randomBytes(32)], isDerived: this.#isDerived, minDecryptionVersion: 1 });
  }

  /** What was encrypted with an earlier version still opens. */
  rotateKey(name: string): void {
    const key = this.keys.get(name)!;
    this.keys.set(name, { ...key, versions: [...key.versions, randomBytes(32)] });
  }

  stop(): Promise<void> {
    return this.#loopback.stop();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.endless !== undefined) return neverEnd(response, this.endless);
    const { status, body } = await this.#answer(request);
    const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
    response.writeHead(status, headers).end(JSON.stringify(body));
  }

  async #answer(request: IncomingMessage): Promise<{ status: number; body: object }> {
    try {
      const data = this.#handle(request, JSON.parse(await text(request)) as Input);
      const lease = { lease_id: '', renewable: false, lease_duration: 0 };
      const none = { wrap_info: null, warnings: null, auth: null };
      return { status: 200, body: { request_id: randomUUID(), ...lease, data, ...none, mount_type: 'transit' } };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return { status: error.status, body: { errors: error.errors } };
    }
  }

  #handle({ method, url = '', headers }: IncomingMessage, input: Input): object {
    if (this.isSealed) throw new Refused(503, 'Vault is sealed');
    if (headers['x-vault-token'] !== this.token || headers['x-vault-namespace'] !== this.namespace)
      throw new Refused(403, 'permission denied');
    const [, operation, name] = /^\/v1\/transit\/(encrypt|decrypt)\/([\w-]+)$/.exec(url) ?? [];
    if (operation === undefined || name === undefined)
      throw new Refused(404, `no handler for route "${url.slice('/v1/'.length)}". route entry not found.`);
    if (method !== 'POST' && method !== 'PUT') throw new Refused(405, 'unsupported operation');
    this.asked.push(operation);
    const key = this.keys.get(name);
    if (key === undefined) throw new Refused(400, 'encryption key not found');
    if (key.isDerived && input.context === undefined)
      throw new Refused(400, "missing 'context' for key derivation; the key was created using a derived key");
    return operation === 'encrypt' ? encrypt(key, input) : decrypt(key, input);
  }
}

const keyOf = ({ versions, isDerived }: KeyRecord, version: number, { context = '' }: Input): Buffer => {
  const material = versions[version - 1]!;
  if (!isDerived) return material;
  return Buffer.from(hkdfSync('sha256', material, '', Buffer.from(context, 'base64'), 32));
};

const encrypt = (key: KeyRecord, input: Input): object => {
  const version = key.versions.length;
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', keyOf(key, version, input), nonce);
  cipher.setAAD(Buffer.from(input.associated_data ?? '', 'base64'));
  const plaintext = Buffer.from(input.plaintext ?? '', 'base64');
  const sealed = Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
  return { ciphertext: `vault:v${version}:${sealed.toString('base64')}`, key_version: version };
};

const decrypt = (key: KeyRecord, input: Input): object => {
  const [, version, text64] = /^vault:v(\d+):(.+)$/.exec(input.ciphertext ?? '') ?? [];
  if (version === undefined || text64 === undefined) throw new Refused(400, 'invalid ciphertext: no prefix');
  if (Number(version) < key.minDecryptionVersion)
    throw new Refused(400, 'ciphertext or signature version is disallowed by policy (too old)');
  const sealed = Buffer.from(text64, 'base64');
  try {
    const decipher = createDecipheriv('aes-256-gcm', keyOf(key, Number(version), input), sealed.subarray(0, 12), {
      authTagLength: 16,
    });
    decipher.setAAD(Buffer.from(input.associated_data ?? '', 'base64')).setAuthTag(sealed.subarray(-16));
    const plaintext = Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]);
    return { plaintext: plaintext.toString('base64') };
  } catch {
    throw new Refused(400, 'cipher: message authentication failed');
  }
};
