import { type Position, positionOf } from '@keyledger/event-sourcing';

/** Place in `$all`. Events of one append may share the commit position; then the prepare position orders them. */
export interface LogPosition {
  readonly commit: bigint;
  readonly prepare: bigint;
}

/** Digits of the largest 64-bit number, so that text compares like numbers. */
const WIDTH = 20;

export const encodePosition = ({ commit, prepare }: LogPosition): Position =>
  positionOf([commit, prepare].map((part) => part.toString().padStart(WIDTH, '0')).join(':'));

export const decodePosition = (position: Position): LogPosition => {
  const [commit = '0', prepare = '0'] = position.split(':');
  return { commit: BigInt(commit), prepare: BigInt(prepare) };
};
