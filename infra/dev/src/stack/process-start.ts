import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Something that differs between two processes which had the same number one after the other; undefined: no process. */
export const startOfProcess = (pid: number): string | undefined => {
  try {
    return process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
  } catch {
    return undefined;
  }
};

/** Field 22 of the line, counted behind the command's name, which may itself hold blanks and brackets. */
const fromProc = (pid: number): string | undefined => {
  const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? undefined : fields[19];
};

const fromPs = (pid: number): string | undefined => {
  const text = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  return text === '' ? undefined : text;
};
