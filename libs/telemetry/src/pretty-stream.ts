const LEVEL_COLOURS: Readonly<Record<string, number>> = {
  fatal: 31,
  error: 31,
  warn: 33,
  info: 32,
  debug: 36,
  trace: 90,
};

const colour = (code: number, text: string, isColoured: boolean): string =>
  isColoured ? `\u001b[${code}m${text}\u001b[39m` : text;

const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** One JSON log record as a line for people: time, level, message, the other fields, and the stack of an error below. */
export const prettyLine = (json: string, isColoured: boolean): string => {
  let record: Record<string, unknown>;
  try {
    record = JSON.parse(json) as Record<string, unknown>;
  } catch {
    return json;
  }
  const { time, level, msg, err, service, pid: _pid, hostname: _hostname, ...rest } = record;
  const { stack, message, ...details } = (err ?? {}) as Record<string, unknown>;
  const fields = Object.entries({ ...rest, ...(err === undefined ? {} : details) })
    .map(([key, value]) => ` ${colour(90, `${key}=`, isColoured)}${shown(value)}`)
    .join('');
  const label = String(level);
  const clock = typeof time === 'string' ? time.slice(11, 23) : '';
  const head = `${clock} ${colour(LEVEL_COLOURS[label] ?? 39, label.toUpperCase().padEnd(5), isColoured)}`;
  const subject = service === undefined ? '' : ` ${shown(service)}:`;
  const trail = err === undefined ? '' : `\n    ${String(stack ?? message).replaceAll('\n', '\n    ')}`;
  return `${head}${subject} ${shown(msg ?? message ?? '')}${fields}${trail}\n`;
};
