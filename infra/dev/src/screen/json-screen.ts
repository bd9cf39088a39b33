import { type Level, readLogLine } from './log-line.ts';
import { isWorthShowing, type Screen, type Write, seconds } from './screen.ts';

/** For pipes and collectors: one JSON object per line, whoever speaks. Lines of services go through as they are. */
export const jsonScreen = (write: Write, now: () => Date): Screen => {
  const say = (service: string, level: Level, msg: string, fields: object = {}) =>
    write(`${JSON.stringify({ level, time: now().toISOString(), service, msg, ...fields })}\n`);
  return {
    event: (event) => {
      switch (event.kind) {
        case 'progress':
          return say('stack', 'info', event.message);
        case 'warning':
          return; // the service that it concerns logs it
        case 'line': {
          if (event.line.startsWith('{')) return write(`${event.line}\n`);
          const { level, message } = readLogLine(event.line, now());
          return isWorthShowing(event.part, level) ? say(event.part, level, message) : undefined;
        }
        case 'ready':
          return say('stack', 'info', `${event.part} is ready${event.again ? ' again' : ''}`, {
            part: event.part,
            afterMs: Math.round(event.afterMs),
          });
        case 'hung':
          return say('stack', 'warn', `${event.part} hangs (${event.cause}); ending it`, { part: event.part });
        case 'ended':
          return say('stack', 'warn', `${event.part} ended (${event.cause}); starting it again`, {
            part: event.part,
            restartInMs: event.restartInMs,
          });
        case 'stopping':
          return say('stack', 'info', 'Stopping');
        case 'killed':
          return say('stack', 'warn', `${event.part} did not end in time and was killed`, { part: event.part });
      }
    },
    // The generated password is on the terminal only: logs are kept and collected.
    ready: ({ startedInMs, admin: { newPassword: _, ...admin }, ...summary }) =>
      say('stack', 'info', `Keyledger is ready after ${seconds(startedInMs)}`, { ...summary, admin }),
    failed: (error) => say('stack', 'error', error instanceof Error ? error.message : String(error)),
    stopped: () => say('stack', 'info', 'Stopped'),
  };
};
