import path from 'node:path';
import { inRepository } from '@keyledger/testing';
import { help, readArguments, type Arguments } from './arguments.ts';
import { jsonScreen } from './screen/json-screen.ts';
import type { Screen, Summary } from './screen/screen.ts';
import { terminalScreen } from './screen/terminal-screen.ts';
import { type StartedStack, startStack } from './stack/start-stack.ts';

/** What ends the stack: Ctrl-C, a closed terminal or pipe, or the end of the process that started this one. */
const endAsked = (): AbortSignal => {
  const asked = new AbortController();
  const ask = () => asked.abort(new Error('Ended before everything was ready'));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, ask);
  process.on('disconnect', ask);
  process.stdout.on('error', ask); // nobody reads any more
  return asked.signal;
};

const openScreen = (): Screen => {
  const write = (text: string) => void process.stdout.write(text);
  const now = () => new Date();
  if (!process.stdout.isTTY) return jsonScreen(write, now);
  return terminalScreen(write, now, { hasColour: process.env.NO_COLOR === undefined });
};

const summaryOf = ({ stack, adminUsername, adminPassword }: StartedStack, startedInMs: number): Summary => ({
  startedInMs,
  gatewayUrl: stack.gatewayUrl,
  mailboxUrl: `http://localhost:${stack.ports.mailbox}`,
  mailServer: process.env.SMTP_HOST || undefined,
  litellm: { url: stack.litellm?.url ?? process.env.LITELLM_BASE_URL ?? '', isStandIn: stack.litellm !== undefined },
  admin: {
    username: adminUsername,
    newPassword: adminPassword?.isNew ? adminPassword.value : undefined,
    file: adminPassword && path.relative(process.cwd(), adminPassword.file),
  },
  replicas: stack.replicas.map(({ name, healthPort }) => ({ name, healthPort })),
});

const run = async (args: Arguments, screen: Screen): Promise<void> => {
  const signal = endAsked();
  const begin = performance.now();
  const { wantsHelp: _, ...options } = args;
  const started = await startStack({
    ...options,
    configFile: inRepository('keyledger.yaml'),
    tell: (event) => screen.event(event),
    signal,
  });
  screen.ready(summaryOf(started, performance.now() - begin));
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
  await started.stack.stop();
  screen.stopped();
};

const screen = openScreen();
try {
  const args = readArguments(process.argv.slice(2), process.env);
  if (args.wantsHelp) process.stdout.write(help);
  else await run(args, screen);
} catch (error) {
  screen.failed(error);
  process.exitCode = 1;
}
process.disconnect?.();
