import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second, whatever the clock of its kernel. */
const MS_PER_TICK = 10;

interface Spent {
  readonly parent: number;
  readonly ownMs: number;
  /** Of children that have ended. */
  readonly endedChildrenMs: number;
}

/** Reads `/proc/<pid>/stat`; the name of the program stands in brackets and may contain anything. */
export const parseStat = (stat: string): Spent => {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ms = (index: number): number => Number(fields[index]) * MS_PER_TICK;
  return { parent: Number(fields[1]), ownMs: ms(11) + ms(12), endedChildrenMs: ms(13) + ms(14) };
};

const statOf = (pid: number | string): Spent | undefined => {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return undefined; // ended meanwhile
  }
};

/** User and system time of one process, milliseconds. */
export const cpuOfProcess = (pid: number): number => statOf(pid)?.ownMs ?? 0;

/** Of a process and its children, those that have ended included: PostgreSQL has a process for each session. */
export const cpuOfFamily = (pid: number): number => {
  const head = statOf(pid);
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(statOf)
    .filter((spent) => spent?.parent === pid);
  return children.reduce((sum, child) => sum + (child?.ownMs ?? 0), (head?.ownMs ?? 0) + (head?.endedChildrenMs ?? 0));
};

/** Of everything that runs on this machine, and of those whom it runs for, if it is a virtual one. */
export const cpuOfMachine = (): number => {
  const [total = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
  const [user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0, steal = 0] = total.split(/\s+/).slice(1).map(Number);
  return (user + nice + system + irq + softIrq + steal) * MS_PER_TICK;
};
