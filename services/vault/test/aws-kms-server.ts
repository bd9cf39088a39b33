import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { listenOnLoopback, type Loopback } from '@keyledger/testing';
import { type Endless, neverEnd } from './endless-answer.ts';

/** What AWS KMS answers instead of a result. */
interface Fault {
  readonly status: number;
  readonly type: string;
  readonly message?: string;
}

const fault = (status: number, type: string, message?: string): Fault => ({
  status,
  type,
  ...(message === undefined ? {} : { message }),
});

interface KeyRecord {
  readonly material: Buffer;
  state: 'Enabled' | 'Disabled' | 'PendingDeletion';
}

interface Input {
  readonly KeyId?: string;
  readonly Plaintext?: string;
  readonly CiphertextBlob?: string;
  readonly EncryptionContext?: Readonly<Record<string, string>>;
}

export interface AwsKmsOptions {
  readonly port?: number;
  readonly region?: string;
  readonly keys?: AwsKmsServer['keys'];
}

/**
 * AWS KMS as far as a client can tell that encrypts and decrypts: AWS JSON 1.1 with signed requests, symmetric keys, aliases,
 * encryption contexts, key states and the errors of each.
 */
export class AwsKmsServer {
  readonly keys: Map<string, KeyRecord>;
  readonly aliases = new Map<string, string>();
  /** Every operation that was asked for, with its encryption context. */
  readonly asked: { readonly operation: string; readonly context: Input['EncryptionContext'] }[] = [];
  /** Answers every request with this instead. */
  fault: Fault | undefined;
  /** Begins every answer and never ends it. */
  endless: Endless | undefined;
  readonly #region: string;
  readonly #loopback: Loopback;

  private constructor(loopback: Loopback, { region = 'eu-central-1', keys }: AwsKmsOptions) {
    this.#loopback = loopback;
    this.#region = region;
    this.keys = keys ?? new Map();
  }

  static async start(options: AwsKmsOptions = {}): Promise<AwsKmsServer> {
    const http = createServer();
    const server = new AwsKmsServer(await listenOnLoopback(http, options.port), options);
    http.on('request', (request, response) => void server.#serve(request, response));
    return server;
  }

  get url(): string {
    return this.#loopback.url;
  }

  get port(): number {
    return this.#loopback.port;
  }

  addKey(): string {
    const arn = `arn:aws:kms:${this.#region}:111122223333:key/${randomUUID()}`;
    this.keys.set(arn, { material: randomBytes(32), state: 'Enabled' });
    return arn;
  }

  stop(): Promise<void> {
    return this.#loopback.stop();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.endless !== undefined) return neverEnd(response, this.endless);
    const { status, body } = await this.#answer(request);
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() };
    response.writeHead(status, headers).end(JSON.stringify(body));
  }

  async #answer(request: IncomingMessage): Promise<{ status: number; body: object }> {
    try {
      const input = JSON.parse(await text(request)) as Input;
      return { status: 200, body: this.#handle(request, input) };
    } catch (error) {
      const { status, type, message } = error as Fault;
      return { status, body: { __type: type, ...(message === undefined ? {} : { message }) } };
    }
  }

  #handle({ headers }: IncomingMessage, input: Input): object {
    const scope = `/${this.#region}/kms/aws4_request`;
    if (headers['content-type'] !== 'application/x-amz-json-1.1') throw fault(404, 'UnknownOperationException');
    if (headers.authorization?.startsWith('AWS4-HMAC-SHA256 Credential=') !== true)
      throw fault(400, 'MissingAuthenticationTokenException', 'Missing Authentication Token');
    if (!headers.authorization.includes(scope))
      throw fault(400, 'InvalidSignatureException', `Credential should be scoped to ${scope}`);
    if (this.fault !== undefined) throw this.fault;
    const operation = String(headers['x-amz-target']);
    this.asked.push({ operation, context: input.EncryptionContext });
    if (operation === 'TrentService.Encrypt') return this.#encrypt(input);
    if (operation === 'TrentService.Decrypt') return this.#decrypt(input);
    throw fault(400, 'UnknownOperationException');
  }

  #usable(keyId: string): [string, KeyRecord] {
    const arn = this.aliases.get(keyId) ?? [...this.keys.keys()].find((each) => each.endsWith(keyId));
    const key = arn === undefined ? undefined : this.keys.get(arn);
    if (arn === undefined || key === undefined) throw fault(400, 'NotFoundException', `Key '${keyId}' does not exist`);
    if (key.state === 'Disabled') throw fault(400, 'DisabledException', `${arn} is disabled.`);
    if (key.state === 'PendingDeletion') throw fault(400, 'KMSInvalidStateException', `${arn} is pending deletion.`);
    return [arn, key];
  }

  #encrypt({ KeyId = '', Plaintext = '', EncryptionContext = {} }: Input): object {
    const plaintext = Buffer.from(Plaintext, 'base64');
    if (plaintext.length === 0 || plaintext.length > 4096) throw fault(400, 'ValidationException', 'Plaintext');
    const [arn, { material }] = this.#usable(KeyId);
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', material, nonce).setAAD(canonical(EncryptionContext));
    const sealed = Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
    const blob = Buffer.concat([Buffer.of(arn.length), Buffer.from(arn), sealed]).toString('base64');
    return { CiphertextBlob: blob, KeyId: arn, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' };
  }

  #decrypt({ KeyId, CiphertextBlob = '', EncryptionContext = {} }: Input): object {
    const blob = Buffer.from(CiphertextBlob, 'base64');
    const length = blob[0] ?? 0;
    const named = blob.subarray(1, 1 + length).toString();
    const [arn, { material }] = this.#usable(KeyId ?? named);
    if (arn !== named) throw fault(400, 'IncorrectKeyException');
    const sealed = blob.subarray(1 + length);
    try {
      const decipher = createDecipheriv('aes-256-gcm', material, sealed.subarray(0, 12), { authTagLength: 16 });
      decipher.setAAD(canonical(EncryptionContext)).setAuthTag(sealed.subarray(-16));
      const plaintext = Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]);
      return { KeyId: arn, Plaintext: plaintext.toString('base64'), EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' };
    } catch {
      throw fault(400, 'InvalidCiphertextException');
    }
  }
}

const canonical = (context: Readonly<Record<string, string>>): Buffer =>
  Buffer.from(JSON.stringify(Object.entries(context).sort()));
