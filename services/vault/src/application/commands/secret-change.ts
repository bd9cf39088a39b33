import type { SecretView } from '@keyledger/contracts-vault';
import { type Clock, commandHandler, type EventStore, type LoadedStream } from '@keyledger/event-sourcing';
import { commandContextOf, type MessageContext } from '@keyledger/messaging';
import { secret as secrets } from '../../domain/secret/secret.decider.ts';
import type { SecretCommand, SecretRefusal } from '../../domain/secret/secret.messages.ts';
import type { Secret } from '../../domain/secret/secret.state.ts';
import { secretViews } from '../queries/secret.query.ts';
import { type CustodyRefusal, refusedWith } from './secret-refusals.ts';

export interface SecretChangeDeps {
  readonly eventStore: EventStore;
  readonly clock: Clock;
}

export type ChangedSecret =
  | Readonly<{ outcome: 'accepted'; result: SecretView }>
  | Readonly<{ outcome: 'ignored'; because: string; result: SecretView }>
  | Readonly<{ outcome: 'refused'; code: SecretRefusal }>;

/** Lets a stream decide on a command of its custodians; with `seen`, only as long as nothing was added to that. */
export const secretChange = ({ eventStore, clock }: SecretChangeDeps) => {
  const handle = commandHandler(eventStore, secrets);
  const viewOf = secretViews(eventStore);
  return async (
    command: SecretCommand,
    caller: MessageContext,
    seen?: LoadedStream<Secret>,
  ): Promise<ChangedSecret> => {
    const { secretId } = command.data;
    const handled = await handle(secretId, command, commandContextOf(caller, clock()), seen);
    if (handled.outcome === 'refused') return handled;
    const result = await viewOf(secretId);
    if (result === undefined) throw new Error('A secret that was just changed is not there');
    return handled.outcome === 'ignored'
      ? { outcome: 'ignored', because: handled.because, result }
      : { outcome: 'accepted', result };
  };
};

/** What the operation answers. Throws for a refusal that it cannot answer with. */
export const replyWith = <const Codes extends readonly CustodyRefusal[]>(
  changed: ChangedSecret,
  operation: { readonly refusals: Codes },
) => (changed.outcome === 'refused' ? refusedWith(changed.code, operation) : changed);
