import { readFileSync } from 'node:fs';
import { clearInterval, setInterval } from 'node:timers';

const INTERVAL_MS = 1_000;

const parentOf = (pid) => {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(line.slice(line.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
};

const nameOf = (pid) => {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8');
  } catch {
    return '';
  }
};

/**
 * npm runs a script in a shell, and many shells become the last program that they run; then npm is our parent,
 * otherwise the shell's. What is above npm is none of our business: it may end, as a terminal does under nohup.
 */
const lineage = () => {
  const parent = process.ppid;
  return process.platform !== 'linux' || nameOf(parent).startsWith('npm')
    ? `${parent}`
    : `${parent} ${parentOf(parent)}`;
};

/** Calls back when npm, which started us, is gone. Does nothing when we were started otherwise. */
export const watchAncestors = (onLoss) => {
  if (process.env.npm_lifecycle_event === undefined) return () => undefined;
  const begin = lineage();
  const timer = setInterval(() => {
    if (lineage() === begin) return;
    clearInterval(timer);
    onLoss();
  }, INTERVAL_MS);
  return () => clearInterval(timer);
};
