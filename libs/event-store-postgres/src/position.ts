import { AppError } from '@keyledger/errors';
import { type Position, positionOf } from '@keyledger/event-sourcing';

/** A place in the log: the writing transaction first, then the place within it. Decimal text, as the server gives it. */
export interface Place {
  readonly tx: string;
  readonly position: string;
}

/** Behind nothing. */
export const BEGINNING: Place = { tx: '0', position: '0' };

/** Digits of the largest 64-bit number, so that positions compare as text for ever. */
const WIDTH = 20;

const FORMAT = /^(\d{20}):(\d{20})$/;

export const toPosition = ({ tx, position }: Place): Position =>
  positionOf(`${tx.padStart(WIDTH, '0')}:${position.padStart(WIDTH, '0')}`);

/** Throws `malformed` for a position of another kind of store. */
export const toPlace = (position: Position): Place => {
  const [, tx, place] = FORMAT.exec(position) ?? [];
  if (tx === undefined || place === undefined) {
    throw new AppError('malformed', 'The position does not come from a PostgreSQL event store');
  }
  return { tx: BigInt(tx).toString(), position: BigInt(place).toString() };
};
