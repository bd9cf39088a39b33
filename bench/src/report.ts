/** One comparison of a benchmark: numbers of the same run, in the same unit. */
export interface Comparison {
  readonly name: string;
  readonly ours: number;
  readonly baseline: number;
  readonly unit: string;
  /** The ratio ours / baseline that is wanted. */
  readonly target: number;
  /** `at-least` for speeds, `at-most` for durations. */
  readonly wanted: 'at-least' | 'at-most';
  /** Default: ours / baseline. Give the median of the ratios of paired rounds where there is one. */
  readonly ratio?: number;
}

const WIDTHS = [58, 14, 14, 8, 9] as const;

const cells = (...texts: readonly string[]): string =>
  texts.map((text, index) => (index === 0 ? text.padEnd(WIDTHS[0]) : text.padStart(WIDTHS[index] ?? 0))).join('  ');

const figure = (value: number, unit: string): string =>
  `${value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3)} ${unit}`;

export const print = (line: string): void => void process.stdout.write(`${line}\n`);

export const printTitle = (title: string): void => {
  print(`\n${title}`);
  print(cells('', 'ours', 'baseline', 'ratio', 'target'));
};

/** Prints one line and returns whether the target holds. */
export const report = (comparison: Comparison): boolean => {
  const { name, ours, baseline, unit, target, wanted, ratio = ours / baseline } = comparison;
  const isMet = wanted === 'at-least' ? ratio >= target : ratio <= target;
  const sign = wanted === 'at-least' ? '≥' : '≤';
  const columns = [figure(ours, unit), figure(baseline, unit), ratio.toFixed(2), `${sign} ${target.toFixed(2)}`];
  print(`${cells(name, ...columns)}  ${isMet ? 'ok' : 'MISSED'}`);
  if (!isMet) process.exitCode = 1;
  return isMet;
};

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = NaN, high = NaN] = sorted.length % 2 === 1 ? [sorted[middle], sorted[middle]] : sorted.slice(middle - 1);
  return (low + high) / 2;
};
