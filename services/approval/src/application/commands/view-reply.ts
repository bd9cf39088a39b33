import type { KeyRequestView } from '@keyledger/contracts-approval';
import type { CommandReply } from '@keyledger/messaging';
import type { KeyRequestRefusal } from '../../domain/key-request/key-request.commands.ts';
import type { KeyRequest } from '../../domain/key-request/key-request.state.ts';
import type { Refused } from '../operation-handler.ts';
import { viewOf } from '../queries/key-request.view.ts';

type HandledKeyRequest = Readonly<{ state: KeyRequest }> &
  (
    | Readonly<{ outcome: 'accepted' }>
    | Readonly<{ outcome: 'ignored'; because: string }>
    | Readonly<{ outcome: 'refused'; code: KeyRequestRefusal }>
  );

/** The reply of commands that answer with the request as it then is. */
export const viewReply = <Code extends string>(
  handled: HandledKeyRequest,
  refused: Refused<Code>,
): CommandReply<KeyRequestView, Code> => {
  if (handled.outcome === 'refused') return refused(handled.code);
  if (handled.state.status === 'absent') return refused('key-request-not-found');
  const result = viewOf(handled.state);
  return handled.outcome === 'ignored'
    ? { outcome: 'ignored', because: handled.because, result }
    : { outcome: 'accepted', result };
};
