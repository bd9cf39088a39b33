import { AppError } from '@keyledger/errors';
import { z } from 'zod';
import type { LeaseCursor } from '../ports/lease-table.port.ts';

const cursorSchema = z.tuple([z.iso.datetime(), z.uuid()]);

export const encodeCursor = ({ startedAt, leaseId }: LeaseCursor): string =>
  Buffer.from(JSON.stringify([startedAt, leaseId])).toString('base64url');

/** Throws `malformed` for what `encodeCursor` did not make. */
export const decodeCursor = (text: string): LeaseCursor => {
  try {
    const [startedAt, leaseId] = cursorSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
    return { startedAt, leaseId };
  } catch (cause) {
    throw new AppError('malformed', 'The cursor does not come from this list', { cause });
  }
};
