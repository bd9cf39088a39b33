import type { ListKeyRequests } from '@keyledger/contracts-approval';
import { AppError } from '@keyledger/errors';
import { z } from 'zod';
import { canonicalEmail } from '../../domain/key-request/key-request.state.ts';
import type { Handler } from '../operation-handler.ts';
import type { KeyRequestCursor, KeyRequestList } from '../ports/key-request-list.port.ts';
import { mayList } from '../principals.ts';
import { viewOf } from './key-request.view.ts';

const cursorSchema = z.tuple([z.iso.datetime(), z.uuid()]);

const encodeCursor = ({ submittedAt, requestId }: KeyRequestCursor): string =>
  Buffer.from(JSON.stringify([submittedAt, requestId])).toString('base64url');

const decodeCursor = (text: string): KeyRequestCursor => {
  try {
    const [submittedAt, requestId] = cursorSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
    return { submittedAt, requestId };
  } catch (cause) {
    throw new AppError('malformed', 'The cursor does not come from this list', { cause });
  }
};

export const listKeyRequests =
  ({ list }: { readonly list: KeyRequestList }): Handler<typeof ListKeyRequests> =>
  async ({ first, after, statuses, email, modelId }, { principal }) => {
    if (!mayList(principal))
      throw new AppError('forbidden', 'Only reviewers, administrators and auditors list requests');
    const filter = {
      ...(statuses === undefined ? {} : { statuses }),
      ...(email === undefined ? {} : { email: canonicalEmail(email) }),
      ...(modelId === undefined ? {} : { modelId }),
    };
    const cursor = after === undefined ? undefined : decodeCursor(after);
    const found = await list.page(filter, first + 1, cursor);
    const items = found.slice(0, first);
    const last = items.at(-1);
    const next = found.length > first && last !== undefined ? { next: encodeCursor(last) } : {};
    return { items: items.map(viewOf), ...next };
  };
