import { removeDataDirectory, type Scale, type Stack, type StackEvent, startStack } from '@keyledger/dev-stack';
import type { LiteLlm, Mailbox } from '@keyledger/testing';
import { appendFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Gateway } from './gateway.ts';

/** With the keys of the sample configuration of LLM Key Requestor: what it documents is accepted and drives the tests. */
const documentedConfiguration = `
litellm:
  base_url: "http://localhost:4000"
  api_key: ""
  enable_litellm_models: true

models:
  - id: "openai-gpt4"
    title: "OpenAI GPT-4"
    icon: "simple-icons:openai"
    color: "#412991"
    description: "Reasoning with a large context."
  - id: "claude-3"
    title: "Claude 3 (Anthropic)"
    icon: "simple-icons:anthropic"
    color: "#D4A574"
    description: "Strong in analysis."

approval:
  queue_interval: "1s"

approval_plugins:
  - name: whitelist
    config:
      list:
        - "ollama/*"
        - "llama-*"
  - name: humanintheloop
    config:
      email: "admin@example.com"
      patterns:
        - "claude*"
  - name: blacklist
    config:
      list:
        - "grok/*"
  - name: email
    config:
      pattern: "*@example.com"
`;

export interface SystemOptions {
  /** Text of keyledger.yaml; default: the documented sample. */
  readonly configuration?: string;
  readonly scale?: Scale;
  readonly environment?: Readonly<Record<string, string>>;
  /** Commits wait for the disk. Needed where PostgreSQL is killed. */
  readonly isDurable?: boolean;
  /** Of an earlier run whose data is wanted again; default: a new one. */
  readonly directory?: string;
}

/** The whole of Keyledger on real servers, in a directory and on ports of its own. */
export interface System {
  readonly stack: Stack;
  readonly gateway: Gateway;
  readonly mailbox: Mailbox;
  readonly litellm: LiteLlm;
  /** Where it keeps its data. */
  readonly directory: string;
  /** Everything that any process printed. */
  readonly output: readonly string[];
  /** Ends it; the data stays. */
  pause(): Promise<void>;
  /** Ends it and removes the data. */
  stop(): Promise<void>;
}

/** The registry answers from the first moment on; the issuer's models join as soon as the vault has told of them. */
const untilModelsAreKnown = (gateway: Gateway): Promise<unknown> =>
  gateway.until(
    async () =>
      (await (await gateway.fetch('/api/models')).json()) as { readonly models: readonly { readonly id: string }[] },
    ({ models }) => models.some(({ id }) => id === 'ollama/llama3.2'),
  );

/** All the people of a test sit at one address. */
const WITHOUT_QUOTAS = { REQUESTS_PER_CLIENT: 'off', REQUESTS_PER_EMAIL: 'off' };

/** With `E2E_LOG` in the environment, what the processes print is also appended to that file. */
export const startSystem = async (options: SystemOptions = {}): Promise<System> => {
  const directory = options.directory ?? (await mkdtemp(path.join(tmpdir(), 'keyledger-e2e-')));
  const configFile = path.join(directory, 'keyledger.yaml');
  await writeFile(configFile, options.configuration ?? documentedConfiguration);
  const output: string[] = [];
  const { PATH, HOME, NATS_SERVER_BIN, E2E_LOG } = process.env;
  const keep = (line: string): void => {
    output.push(line);
    if (E2E_LOG !== undefined) appendFileSync(E2E_LOG, `${line}\n`);
  };
  const tell = (event: StackEvent): void => {
    if (event.kind === 'line') keep(`${event.part} ${event.line}`);
    if (event.kind === 'ended') keep(`${event.part} ended: ${event.cause}`);
  };
  const given = Object.fromEntries(
    Object.entries({ PATH, HOME, NATS_SERVER_BIN }).filter(([, value]) => value !== undefined),
  );
  let started: Stack | undefined;
  try {
    const { stack, adminPassword } = await startStack({
      dataDirectory: path.join(directory, 'data'),
      ports: 'free',
      environment: { ...given, ...WITHOUT_QUOTAS, ...options.environment },
      configFile,
      isDurable: options.isDurable ?? false,
      tell,
      ...(options.scale === undefined ? {} : { scale: options.scale }),
    });
    started = stack;
    const { litellm, mailbox } = stack;
    if (litellm === undefined || adminPassword === undefined)
      throw new Error('The stack came up without its stand-ins');
    const stop = async (): Promise<void> => {
      await stack.stop();
      removeDataDirectory(path.join(directory, 'data'));
      await rm(directory, { recursive: true, force: true });
    };
    const gateway = new Gateway(stack.gatewayUrl, adminPassword.value);
    await untilModelsAreKnown(gateway);
    return { stack, gateway, mailbox, litellm, directory, output, pause: () => stack.stop(), stop };
  } catch (error) {
    await started?.stop();
    removeDataDirectory(path.join(directory, 'data'));
    await rm(directory, { recursive: true, force: true });
    throw new Error(`The stack did not start:\n${output.slice(-40).join('\n')}`, { cause: error });
  }
};
