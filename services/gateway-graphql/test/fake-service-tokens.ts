import {
  IssueServiceToken,
  ListServiceTokens,
  RevokeServiceToken,
  type ServiceTokenView,
  VerifyServiceToken,
} from '@keyledger/contracts-registry';
import { AppError } from '@keyledger/errors';
import { hasRole, type MessageContext } from '@keyledger/messaging';
import type { InMemoryRequestReply } from '@keyledger/messaging/testing';

const NOW = '2026-11-21T08:00:00.000Z';

const refused = <Code extends string>(code: Code) => ({ outcome: 'refused' as const, code, message: code });

/** The registry as far as the gateway can tell of service tokens. */
export class FakeServiceTokens {
  now = NOW;
  readonly views = new Map<string, ServiceTokenView>();
  /** Every message as it came over the wire. */
  readonly received: { readonly input: unknown; readonly caller: MessageContext }[] = [];
  readonly #digests = new Map<string, string>();

  answer(requestReply: InMemoryRequestReply): void {
    const note = (input: unknown, caller: MessageContext): boolean => {
      this.received.push({ input, caller });
      return hasRole(caller.principal, 'admin');
    };
    requestReply.handle(IssueServiceToken, async ({ serviceTokenId, name, digest, expiresAt }, caller) => {
      if (!note({ serviceTokenId, name, digest }, caller)) return refused('not-an-administrator');
      this.#digests.set(serviceTokenId, digest);
      if (expiresAt !== undefined && expiresAt <= NOW) return refused('expiry-in-the-past');
      const end = expiresAt === undefined ? {} : { expiresAt };
      return { outcome: 'accepted' as const, result: this.#put({ serviceTokenId, name, issuedAt: NOW, ...end }) };
    });
    requestReply.handle(RevokeServiceToken, async (input, caller) => {
      if (!note(input, caller)) return refused('not-an-administrator');
      const view = this.views.get(input.serviceTokenId);
      if (view === undefined) return refused('service-token-not-found');
      return { outcome: 'accepted' as const, result: this.#put({ ...view, revokedAt: NOW }) };
    });
    requestReply.handle(ListServiceTokens, async ({ first }) => ({ items: [...this.views.values()].slice(0, first) }));
    requestReply.handle(VerifyServiceToken, async ({ serviceTokenId, digest }, caller) => {
      note({ serviceTokenId, digest }, caller);
      const view = this.views.get(serviceTokenId);
      const isRight = view?.revokedAt === undefined && this.#digests.get(serviceTokenId) === digest;
      if (isRight && view?.expiresAt !== undefined && view.expiresAt <= this.now)
        throw new AppError('unauthenticated', 'The time of this service token is over', {
          detail: { reason: 'service-token-expired', expiredAt: view.expiresAt },
        });
      return isRight ? (view ?? null) : null;
    });
  }

  #put(view: ServiceTokenView): ServiceTokenView {
    this.views.set(view.serviceTokenId, view);
    return view;
  }
}
