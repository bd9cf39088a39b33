import type { OpenLink } from '@keyledger/contracts-delivery';
import type { RevealLease } from '@keyledger/contracts-vault';
import { AppError } from '@keyledger/errors';
import type { Clock } from '@keyledger/event-sourcing';
import { type ClientOf, type InputOf, type MessageContext, servicePrincipal } from '@keyledger/messaging';

export interface RevealDeps {
  readonly vault: ClientOf<{ RevealLease: typeof RevealLease }>;
  readonly clock: Clock;
}

export interface WantedReveal {
  readonly leaseId: string;
  /** Of the key that the link was made for. */
  readonly generation: number;
  readonly grantId: string;
  readonly recipientKey: InputOf<typeof OpenLink>['recipientKey'];
}

/** What the vault may refuse is no answer to whoever opens a link: either it passes or somebody must look after it. */
const revealFault = (code: string): AppError =>
  code === 'not-permitted'
    ? new AppError('forbidden', 'The vault does not permit this reveal')
    : new AppError('not-found', 'The key behind this link does not exist any more; ask an administrator');

/** Why there is nothing to open; the link stays as it is. */
type LeaseObstacle = 'lease-suspended' | 'lease-ended' | 'link-superseded';

const obstacleOf = (code: string): LeaseObstacle | undefined => {
  if (code === 'lease-suspended' || code === 'lease-ended') return code;
  return code === 'key-superseded' ? 'link-superseded' : undefined;
};

/** The key, sealed to the recipient; `undefined` when the grant went to another one. */
export const revealUnderGrant =
  ({ vault, clock }: RevealDeps) =>
  async (
    wanted: WantedReveal,
    caller: MessageContext,
  ): Promise<Readonly<{ jwe: string } | { obstacle: LeaseObstacle }> | undefined> => {
    const { correlationId, messageId, deadlineAt } = caller;
    const options = {
      principal: servicePrincipal('delivery'),
      correlationId,
      causationId: messageId,
      timeoutMs: Math.max(1, deadlineAt - clock().getTime()),
    };
    const revealed = await vault.RevealLease({ ...wanted, purpose: 'delivery' }, options);
    if (revealed.outcome === 'refused') {
      if (revealed.code === 'grant-used') return undefined;
      const obstacle = obstacleOf(revealed.code);
      if (obstacle !== undefined) return { obstacle };
      throw revealFault(revealed.code);
    }
    if (clock().getTime() >= deadlineAt)
      throw new AppError('deadline-exceeded', 'The link could not be opened in time');
    return { jwe: revealed.result.jwe };
  };
