export type Level = 'debug' | 'info' | 'warn' | 'error';

/** What a part printed, understood as far as it can be. */
export interface LogLine {
  readonly level: Level;
  readonly time: Date;
  readonly message: string;
  /** Everything else of a JSON line. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Said already, or of use to machines only. */
const NOISE = new Set(['level', 'time', 'msg', 'service', 'pid', 'hostname', 'v', 'traceId', 'spanId', 'traceFlags']);

/** A JSON line of a service, or a line of PostgreSQL or NATS, which carry their level in the text. */
export const readLogLine = (line: string, now: Date): LogLine => {
  const parsed = parseObject(line);
  if (!parsed) return { level: levelInText(line), time: now, message: textOf(line), fields: {} };
  return {
    level: levelOf(parsed.level),
    time: typeof parsed.time === 'number' || typeof parsed.time === 'string' ? new Date(parsed.time) : now,
    message: typeof parsed.msg === 'string' ? parsed.msg : '',
    fields: Object.fromEntries(Object.entries(parsed).filter(([name]) => !NOISE.has(name))),
  };
};

/** Pino's numbers, or words. */
const levelOf = (level: unknown): Level => {
  if (typeof level === 'number') return level >= 50 ? 'error' : level >= 40 ? 'warn' : level >= 30 ? 'info' : 'debug';
  return level === 'fatal'
    ? 'error'
    : ((['debug', 'info', 'warn', 'error'] as const).find((each) => each === level) ?? 'info');
};

const levelInText = (line: string): Level => {
  if (/\b(ERROR|FATAL|PANIC):|\[(ERR|FTL)\]|Error:/.test(line)) return 'error';
  return /\bWARNING:|\[WRN\]/.test(line) ? 'warn' : 'info';
};

/** Without the time and process number that PostgreSQL and NATS put in front. */
const textOf = (line: string): string =>
  line
    .replace(/^\[\d+\] \d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d\.\d+ \[\w+\] /, '')
    .replace(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ \w+ \[\d+\] \w+: {2}/, '');

const parseObject = (line: string): Readonly<Record<string, unknown>> | undefined => {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
};
