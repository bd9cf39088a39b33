import type { ListKeyRequests } from '@keyledger/contracts-approval';
import { AppError } from '@keyledger/errors';
import { cutPage, placeIn } from '@keyledger/messaging';
import { canonicalEmail } from '../../domain/key-request/key-request.state.ts';
import type { Handler } from '../operation-handler.ts';
import type { KeyRequestCursor, KeyRequestList } from '../ports/key-request-list.port.ts';
import { mayList } from '../principals.ts';
import { viewOf } from './key-request.view.ts';

const cursorIn = (after: string): KeyRequestCursor => {
  const [submittedAt, requestId] = placeIn(after);
  return { submittedAt, requestId };
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
    const found = await list.page(filter, first + 1, after === undefined ? undefined : cursorIn(after));
    const page = cutPage(found, first, ({ submittedAt, requestId }) => [submittedAt, requestId]);
    return { ...page, items: page.items.map(viewOf) };
  };
