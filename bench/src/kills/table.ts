import type { Struck } from '@keyledger/e2e';

const cells = (...texts: readonly [string, string, string, string, string]): string => {
  const [at, victim, step, answered, remark] = texts;
  return `${at.padStart(8)}  ${victim.padEnd(12)}${step.padEnd(34)}${answered.padStart(10)}  ${remark}`.trimEnd();
};

export const killHeader = cells('second', 'killed', 'when', 'answered', '');

const remarkOf = ({ wasUp, wasSeen, isHasty }: Struck): string => {
  if (!wasUp) return 'was down already';
  if (!wasSeen) return 'nobody came to that step';
  return isHasty === true ? 'the next one did not wait' : '';
};

/** One line of the table of what was killed when. */
export const killLine = (struck: Struck): string => {
  const { atMs, victim, step, nth, afterMs, answered } = struck;
  const when = `${step} of number ${nth}, ${afterMs} ms on`;
  return cells((atMs / 1_000).toFixed(1), victim, when, String(answered), remarkOf(struck));
};
