import { startGuarded } from '../src/processes/guarded-process.ts';

/** Started by a spec and killed by it: tells the process id of a child that runs until it is ended. */
const [leftover = ''] = process.argv.slice(2);
const child = startGuarded({
  command: '/bin/sh',
  args: ['-c', 'echo started; while :; do sleep 0.05; done'],
  leftover,
  onLine: () => process.stdout.write(`${child.pid}\n`),
});
setInterval(() => undefined, 60_000);
