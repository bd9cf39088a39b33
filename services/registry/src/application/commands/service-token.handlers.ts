import { IssueServiceToken, RevokeServiceToken, type ServiceTokenView } from '@keyledger/contracts-registry';
import { type Clock, commandHandler, type EventStore } from '@keyledger/event-sourcing';
import { commandContextOf, hasRole, type InputOf, type MessageContext, type ReplyOf } from '@keyledger/messaging';
import { serviceToken } from '../../domain/service-token/service-token.decider.ts';
import type { ServiceTokenCommand, ServiceTokenRefusal } from '../../domain/service-token/service-token.messages.ts';
import { serviceTokenView } from '../service-token.view.ts';

export interface ServiceTokenDeps {
  readonly eventStore: EventStore;
  readonly clock: Clock;
  /** Absent: tokens may live for ever. */
  readonly longestLifeMs?: number | undefined;
}

const DAY_MS = 86_400_000;

const messagesWith = (longestLifeMs = Infinity): Readonly<Record<ServiceTokenRefusal, string>> => ({
  'not-an-administrator': 'Only administrators issue and revoke service tokens',
  'service-token-exists': 'Another service token has this id',
  'service-token-not-found': 'There is no such service token',
  'expiry-in-the-past': 'This time is over',
  'exceeds-limits': `A service token may live for at most ${Number((longestLifeMs / DAY_MS).toFixed(2))} days`,
});

type Done =
  | Readonly<{ outcome: 'accepted'; result: ServiceTokenView }>
  | Readonly<{ outcome: 'ignored'; because: string; result: ServiceTokenView }>
  | Readonly<{ outcome: 'refused'; code: ServiceTokenRefusal }>;

/** The commands by which administrators let applications sign in. */
export const serviceTokenHandlers = ({ eventStore, clock, longestLifeMs }: ServiceTokenDeps) => {
  const handle = commandHandler(eventStore, serviceToken);
  const messages = messagesWith(longestLifeMs);

  /** Throws for a code that the operation cannot answer with: a bug of the decider. */
  const refusedWith = <Code extends string>(code: ServiceTokenRefusal, codes: readonly Code[]) => {
    const known = codes.find((each) => each === code);
    if (known === undefined) throw new Error(`A command was refused for a reason that is not its own: ${code}`);
    return { outcome: 'refused' as const, code: known, message: messages[code] };
  };

  const decide = async (command: ServiceTokenCommand, caller: MessageContext): Promise<Done> => {
    const handled = await handle(command.data.serviceTokenId, command, commandContextOf(caller, clock()));
    if (handled.outcome === 'refused') return handled;
    if (handled.state.status === 'absent') throw new Error('A service token that was just changed is not there');
    const result = serviceTokenView(handled.state);
    return handled.outcome === 'ignored'
      ? { outcome: 'ignored', because: handled.because, result }
      : { outcome: 'accepted', result };
  };

  const asked = ({ principal }: MessageContext) => ({
    isAdministrator: hasRole(principal, 'admin'),
    now: clock().toISOString(),
  });

  return {
    issue: async (
      input: InputOf<typeof IssueServiceToken>,
      caller: MessageContext,
    ): Promise<ReplyOf<typeof IssueServiceToken>> => {
      const done = await decide(
        { type: 'IssueServiceToken', data: { ...input, longestLifeMs, ...asked(caller) } },
        caller,
      );
      return done.outcome === 'refused' ? refusedWith(done.code, IssueServiceToken.refusals) : done;
    },
    revoke: async (
      input: InputOf<typeof RevokeServiceToken>,
      caller: MessageContext,
    ): Promise<ReplyOf<typeof RevokeServiceToken>> => {
      const done = await decide({ type: 'RevokeServiceToken', data: { ...input, ...asked(caller) } }, caller);
      return done.outcome === 'refused' ? refusedWith(done.code, RevokeServiceToken.refusals) : done;
    },
  };
};
