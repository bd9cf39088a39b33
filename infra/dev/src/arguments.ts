import path from 'node:path';
import { parseArgs } from 'node:util';
import { inRepository } from '@keyledger/testing';
import { portTable } from './stack/ports.ts';
import { parseScale, type Scale } from './stack/stack-options.ts';

export interface Arguments {
  readonly wantsHelp: boolean;
  readonly reset: boolean;
  readonly scale: Scale;
  readonly dataDirectory: string;
}

export const readArguments = (args: readonly string[], environment: NodeJS.ProcessEnv = {}): Arguments => {
  const swallowed = Object.keys(options).find((name) => environment[`npm_config_${name}`] !== undefined);
  if (swallowed) throw new Error(`npm has kept --${swallowed} to itself. ${HINT}`);
  const values = parse(args);
  if (values.data === '') throw new Error('--data: expected a directory, found nothing');
  return {
    wantsHelp: values.help,
    reset: values.reset,
    scale: parseScale(values.scale),
    dataDirectory: path.resolve(values.data),
  };
};

const options = {
  help: { type: 'boolean', short: 'h', default: false },
  reset: { type: 'boolean', default: false },
  scale: { type: 'string', multiple: true, default: [] as string[] },
  data: { type: 'string', default: inRepository('.data') },
} as const;

const HINT =
  'Options stand behind two dashes, as in `npm start -- --scale vault=2`; `npm start -- --help` shows them all';

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (cause) {
    const [message = ''] = (cause as Error).message.split('\n');
    throw new Error(`${message.replace(/\.$/, '')}. ${HINT}`, { cause });
  }
};

const portRows = Object.values(portTable).map(
  ({ variable, usual, what }) => `  ${variable.padEnd(20)}${String(usual).padEnd(8)}${what}`,
);

export const help = `npm start -- [options]

Starts Keyledger with everything that it needs on this machine.

  --scale <service>=<n>   run n replicas of a service; may be repeated
  --reset                 forget all data first
  --data <directory>      where the data is kept: a new or empty directory, or that of an earlier start
                          (default: .data)
  --help

Ports, each by its variable:

${portRows.join('\n')}

Configuration: keyledger.yaml, or the file that CONFIG_FILE names. LITELLM_BASE_URL and LITELLM_API_KEY use a real
LiteLLM instead of the stand-in; SMTP_HOST (and SMTP_PORT, SMTP_USER, SMTP_PASSWORD …) sends real mail.
`;
