import type { StackEvent } from '../stack/events.ts';
import { type Level, readLogLine } from './log-line.ts';
import { isWorthShowing, type Screen, type Summary, type Write, seconds } from './screen.ts';

const ESCAPE = '\u001b[';
const PART_COLOURS = [36, 33, 35, 32, 34, 96, 93, 95];
const LEVEL_COLOURS: Readonly<Record<Level, number>> = { debug: 90, info: 0, warn: 33, error: 31 };
const NAME_WIDTH = 11;

interface Palette {
  colour(code: number, text: string): string;
  bold(text: string): string;
  dim(text: string): string;
}

const palette = (hasColour: boolean): Palette => {
  const wrap = (code: number, text: string) => (hasColour && code > 0 ? `${ESCAPE}${code}m${text}${ESCAPE}0m` : text);
  return { colour: wrap, bold: (text) => wrap(1, text), dim: (text) => wrap(2, text) };
};

/** For people: progress, one short screen when everything runs, then what the services say, each with its name. */
export const terminalScreen = (write: Write, now: () => Date, { hasColour }: { hasColour: boolean }): Screen => {
  const paint = palette(hasColour);
  const colours = new Map<string, number>();
  let isRunning = false;
  const print = (text: string) => write(`${text}\n`);

  const name = (part: string): string => {
    const colour = colours.get(part) ?? PART_COLOURS[colours.size % PART_COLOURS.length] ?? 0;
    colours.set(part, colour);
    return paint.colour(colour, part.padEnd(NAME_WIDTH));
  };

  const line = (part: string, text: string): void => {
    const { level, time, message, fields } = readLogLine(text, now());
    // While they start, services miss each other; what counts then is said when one of them ends.
    if (!isWorthShowing(part, level) || (!isRunning && level !== 'error')) return;
    const clock = paint.dim(time.toTimeString().slice(0, 8));
    const rest = Object.entries(fields).map(([key, value]) => paint.dim(` ${key}=${shown(value)}`));
    print(`${name(part)} ${clock} ${paint.colour(LEVEL_COLOURS[level], message)}${rest.join('')}`);
  };

  const event = (happened: StackEvent): void => {
    switch (happened.kind) {
      case 'progress':
        return print(`${paint.dim('›')} ${happened.message}`);
      case 'warning':
        return print(`${paint.colour(33, '!')} ${happened.message}`);
      case 'line':
        return line(happened.part, happened.line);
      case 'ready': {
        const again = happened.again ? ' again' : '';
        return print(
          `${paint.colour(32, '✓')} ${happened.part} is ready${again} ${paint.dim(seconds(happened.afterMs))}`,
        );
      }
      case 'hung':
        return print(`${paint.colour(33, '!')} ${happened.part} hangs (${happened.cause}); ending it`);
      case 'ended': {
        const [reason = '', ...details] = happened.cause.split('\n');
        for (const detail of details) print(`  ${detail}`);
        const text = `${happened.part} ended (${reason}); starting it again in ${seconds(happened.restartInMs)}`;
        return print(`${paint.colour(33, '!')} ${text}`);
      }
      case 'stopping':
        isRunning = false;
        return print(`\n${paint.dim('›')} Stopping`);
      case 'killed':
        return print(`${paint.colour(33, '!')} ${happened.part} did not end in time and was killed`);
    }
  };

  return {
    event,
    ready: (summary) => {
      isRunning = true;
      print(readyText(summary, paint));
    },
    failed: (error) => {
      print(`\n${paint.colour(31, '✗ Keyledger did not start')}`);
      const text = error instanceof Error ? error.message : String(error);
      for (const each of text.split('\n')) print(each.startsWith('{') ? `  ${readLogLine(each, now()).message}` : each);
    },
    stopped: () => print(`${paint.colour(32, '✓')} Stopped; the data is kept`),
  };
};

const shown = (value: unknown): string => {
  if (typeof value === 'object' && value !== null && 'message' in value) return String(value.message);
  return typeof value === 'string' ? value : JSON.stringify(value);
};

const readyText = (summary: Summary, { bold, dim }: Palette): string => {
  const { gatewayUrl, mailboxUrl, mailServer, litellm, admin, startedInMs } = summary;
  const row = (label: string, value: string, remark: string) =>
    `  ${label.padEnd(15)}${bold(value.padEnd(32))}${dim(remark)}`;
  const password =
    admin.newPassword !== undefined
      ? row('Administrator', `${admin.username}  ${admin.newPassword}`, `shown only now; kept in ${admin.file}`)
      : row(
          'Administrator',
          admin.username,
          admin.file ? `password in ${admin.file}` : 'with the password that you set',
        );
  const body = `'{"llm":"llama-3.1-8b","email":"you@example.com"}'`;
  return `
${bold('Keyledger is ready')} ${dim(`after ${seconds(startedInMs)}`)}

${row('Gateway', gatewayUrl, 'GraphQL at /graphql, REST at /docs')}
${row('Mailbox', mailboxUrl, mailServer === undefined ? 'every mail arrives here, none leaves' : `empty: mails leave by ${mailServer}`)}
${row('LiteLLM', litellm.url, litellm.isStandIn ? 'a stand-in, while LITELLM_BASE_URL is unset' : 'from LITELLM_BASE_URL')}
${password}

  Ask for a key, then open the mail that comes:
    ${bold(`curl ${gatewayUrl}/api/request-key -H 'content-type: application/json' -d ${body}`)}

  Ctrl-C stops everything and keeps the data. ${dim('`npm start -- --help` shows what else there is.')}
`;
};
