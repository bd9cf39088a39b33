import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { removeDataDirectory, type Stack, type StackEvent, startStack } from '@keyledger/dev-stack';
import { ADMIN_USER } from '@keyledger/infra-nats';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import pg from 'pg';
import { Arrivals } from './arrivals.ts';
import { HttpClient } from './http-client.ts';
import { watchMails } from './mail-watch.ts';

/** One model that a whitelist approves at once; nothing is asked of LiteLLM but keys. */
const CONFIGURATION = `
litellm: { base_url: "http://localhost:4000", api_key: "", enable_litellm_models: false }
models: [{ id: llama-3.1-8b, title: Llama 3.1 8B, icon: "simple-icons:meta", description: Approved at once. }]
approval_plugins: [{ name: whitelist, config: { list: ["llama-*"] } }]
`;

const REQUEST_KEY = `mutation ($input: RequestKeyInput!) {
  requestKey(input: $input) {
    __typename
    ... on RequestKeySuccess { requestId status claimCode }
    ... on Error { code message }
  }
}`;

const FULFILLED = 'keyledger.approval.event.keyRequest.KeyRequestFulfilled';

export interface Delivered {
  readonly requestId: string;
  /** Milliseconds since the epoch. */
  readonly sentAt: number;
  readonly mailedAt: number;
  /** From sending the request until the mailbox accepted the mail. */
  readonly tookMs: number;
}

/** The whole product with a PostgreSQL whose commits wait for the disk, and a client. */
export interface PathSystem {
  readonly stack: Stack;
  /** Everything that any process printed. */
  readonly output: readonly string[];
  readonly http: HttpClient;
  readonly mails: Arrivals;
  /** As superuser. */
  readonly database: pg.Client;
  connectNats(): Promise<NatsConnection>;
  /** Sends one request and waits for its mail. */
  deliver(): Promise<Delivered>;
  /** Waits until approval has closed the request, the last that happens to it. */
  settled(requestId: string): Promise<void>;
}

/**
 * Mailbox and LiteLLM stand-in run in this process, beside the client and the floor chain. One request keeps them busy for
 * a few milliseconds at times when the client waits, and the floor chain meets them in the same place. Their CPU time is
 * that of this process, so it is not among that of the services.
 */
export const startPathSystem = async (resources: AsyncDisposableStack): Promise<PathSystem> => {
  const directory = await mkdtemp(path.join(tmpdir(), 'keyledger-bench-'));
  resources.defer(async () => {
    removeDataDirectory(path.join(directory, 'data'));
    await rm(directory, { recursive: true, force: true });
  });
  const configFile = path.join(directory, 'keyledger.yaml');
  await writeFile(configFile, CONFIGURATION);
  const { PATH, HOME, NATS_SERVER_BIN } = process.env;
  const output: string[] = [];
  const tell = (event: StackEvent): void => {
    if (event.kind === 'line') output.push(`${event.part} ${event.line}`);
    if (event.kind === 'ended') output.push(`${event.part} ended: ${event.cause}`);
  };
  const { stack } = await startStack({
    dataDirectory: path.join(directory, 'data'),
    ports: 'free',
    environment: {
      ...Object.fromEntries(Object.entries({ PATH, HOME, NATS_SERVER_BIN }).filter(([, value]) => value)),
      REQUESTS_PER_CLIENT: 'off', // everybody is at one address
    },
    configFile,
    isDurable: true,
    tell,
  });
  resources.defer(() => stack.stop());
  return connectTo(stack, output, resources);
};

const connectTo = async (
  stack: Stack,
  output: readonly string[],
  resources: AsyncDisposableStack,
): Promise<PathSystem> => {
  const http = resources.use(new HttpClient());
  const mails = resources.use(watchMails(stack.mailbox)).arrivals;
  const database = new pg.Client({ connectionString: stack.postgresUrl });
  await database.connect();
  resources.defer(() => database.end());
  const connectNats = async (): Promise<NatsConnection> => {
    const connection = await connect({
      servers: stack.natsUrl,
      user: ADMIN_USER,
      pass: stack.secrets.natsPasswords[ADMIN_USER].value,
    });
    resources.defer(() => connection.close());
    return connection;
  };
  const fulfilled = await watchFulfilled(await connectNats());
  const graphql = new URL('/graphql', stack.gatewayUrl);
  let sent = 0;
  return {
    ...{ stack, output, http, mails, database, connectNats },
    settled: (requestId) => fulfilled.of(requestId),
    deliver: async () => {
      sent += 1;
      const input = { modelId: 'llama-3.1-8b', email: `bench-${sent}@example.com` };
      const sentAt = Date.now();
      const startedAt = performance.now();
      const [answer, timed] = await Promise.all([
        http.post(graphql, JSON.stringify({ query: REQUEST_KEY, variables: { input } })),
        mails.of(input.email).then(() => ({ mailedAt: Date.now(), tookMs: performance.now() - startedAt })),
      ]);
      return { requestId: requestIdIn(answer), sentAt, ...timed };
    },
  };
};

const watchFulfilled = async (connection: NatsConnection): Promise<Arrivals> => {
  const fulfilled = new Arrivals('The end of request');
  connection.subscribe(FULFILLED, {
    callback: (_error, message) => fulfilled.announce(message.headers?.get('ce-correlationid') ?? ''),
  });
  await connection.flush();
  return fulfilled;
};

const requestIdIn = (answer: string): string => {
  const { data } = JSON.parse(answer) as { data?: { requestKey?: { requestId?: string } } };
  if (data?.requestKey?.requestId === undefined) throw new Error(`The request was not taken: ${answer}`);
  return data.requestKey.requestId;
};
