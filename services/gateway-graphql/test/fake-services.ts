import { randomUUID } from 'node:crypto';
import {
  ApproveKeyRequest,
  DenyKeyRequest,
  GetKeyRequest,
  type KeyRequestView,
  ListKeyRequests,
  ProveClaim,
  RetryKeyRequest,
  SubmitKeyRequest,
} from '@keyledger/contracts-approval';
import { type AuditEvent, type AuditFilter, GetKeyHistory, ListAuditEvents } from '@keyledger/contracts-audit';
import {
  type DeliveryView,
  FindDeliveriesByRequest,
  GetLink,
  type LinkView,
  OpenLink,
  ResendLink,
} from '@keyledger/contracts-delivery';
import { GetModel, ListFeaturedModels, ListModels, ListProviders } from '@keyledger/contracts-registry';
import { FindLeaseByRequest, GetLease, type LeaseView } from '@keyledger/contracts-vault';
import { AppError } from '@keyledger/errors';
import {
  answeringServices,
  hasRole,
  healthOperations,
  type MessageContext,
  type Page,
  type Principal,
  type ReplyOf,
  type ServiceName,
} from '@keyledger/messaging';
import { InMemoryRequestReply } from '@keyledger/messaging/testing';
import { CompactEncrypt, importJWK } from 'jose';
import { auditEvents, deliveryView, leaseView, linkView, models, requestView } from './examples.ts';

export const CLAIM_CODE = 'K7QF-2MXD-9PLT';
export const TOKEN = 'tok_0123456789abcdefghijklmnop';
export const CANARY = 'sk-canary-7f1e0d2c4b6a89-KEYLEDGER';
export const GATEWAY_URL = 'https://llm.example.org';

interface LinkRecord {
  view: LinkView;
  readonly opened: Map<string, string>;
}

const maySee = (principal: Principal, requestId: string): boolean =>
  hasRole(principal, 'admin', 'reviewer', 'auditor') ||
  (principal.proof === 'claim-code' && principal.requestId === requestId);

const pageFrom = <Item>(items: readonly Item[], first: number, after: string | undefined): Page<Item> => {
  const start = after === undefined ? 0 : Number(after);
  const end = start + first;
  return { items: items.slice(start, end), ...(end < items.length ? { next: String(end) } : {}) };
};

const accepted = <Result>(result: Result) => ({ outcome: 'accepted' as const, result });

const refused = <Code extends string>(code: Code, message: string) => ({ outcome: 'refused' as const, code, message });

/** The five services as far as the gateway can tell: the contracts' rules about who may see what, over plain maps. */
export class FakeServices {
  readonly requestReply = new InMemoryRequestReply();
  readonly requests = new Map<string, KeyRequestView>();
  readonly leases = new Map<string, LeaseView>();
  readonly deliveries = new Map<string, DeliveryView[]>();
  readonly links = new Map<string, LinkRecord>();
  readonly history: AuditEvent[] = [...auditEvents(7)];
  /** Every message: which operation, in whose name. */
  readonly asked: { readonly operation: string; readonly caller: MessageContext }[] = [];
  readonly #byIdempotencyKey = new Map<string, string>();
  /** By the link they were typed for. */
  readonly #wrongCodes = new Map<string | undefined, number>();

  constructor() {
    this.#answerRegistry();
    this.#answerSubmission();
    this.#answerReview();
    this.#answerVault();
    this.#answerDelivery();
    this.#answerOpening();
    this.#answerAudit();
    for (const service of answeringServices) this.tell(service, { isReady: true, parts: { nats: { status: 'up' } } });
  }

  /** What a service says about itself from now on. */
  tell(service: ServiceName, health: ReplyOf<ReturnType<typeof healthOperations>['GetHealth']>): void {
    this.requestReply.handle(healthOperations(service).GetHealth, async () => health);
  }

  /** A request that went all the way, with its lease, delivery and link. */
  addDelivered(overrides: Partial<KeyRequestView> = {}): KeyRequestView {
    const view = requestView({ status: 'fulfilled', requestId: randomUUID(), ...overrides });
    this.requests.set(view.requestId, view);
    this.leases.set(view.requestId, leaseView(view));
    this.deliveries.set(view.requestId, [deliveryView(view)]);
    this.links.set(TOKEN, { view: linkView(view), opened: new Map() });
    return view;
  }

  add(overrides: Partial<KeyRequestView> = {}): KeyRequestView {
    const view = requestView({ requestId: randomUUID(), ...overrides });
    this.requests.set(view.requestId, view);
    return view;
  }

  change(requestId: string, changes: Partial<KeyRequestView>): KeyRequestView {
    const view = { ...this.requests.get(requestId)!, ...changes };
    this.requests.set(requestId, view);
    return view;
  }

  /** From now on every message to the operation fails with this fault. */
  fail(operation: { readonly subject: string }, fault: Error): void {
    this.requestReply.handle(operation as typeof GetKeyRequest, () => Promise.reject(fault));
  }

  /** The next message to the operation is handled, and nobody hears of it. */
  loseNextAnswerOf(operation: { readonly subject: string }): void {
    this.#answersToLose.add(operation.subject);
  }

  readonly #answersToLose = new Set<string>();

  #note(operation: string, caller: MessageContext): void {
    this.asked.push({ operation, caller });
  }

  #answerRegistry(): void {
    this.requestReply.handle(
      GetModel,
      async ({ modelId }) => models.find((model) => model.modelId === modelId) ?? null,
    );
    this.requestReply.handle(ListModels, async ({ first, after }) => pageFrom(models, first, after));
    this.requestReply.handle(ListFeaturedModels, async () => ({ models: models.filter((model) => model.isFeatured) }));
    this.requestReply.handle(ListProviders, async () => ({
      providers: [{ providerId: 'openai', title: 'OpenAI' }],
    }));
  }

  #answerSubmission(): void {
    this.requestReply.handle(SubmitKeyRequest, async ({ idempotencyKey, ...terms }, caller) => {
      this.#note('SubmitKeyRequest', caller);
      const known = idempotencyKey === undefined ? undefined : this.#byIdempotencyKey.get(idempotencyKey);
      const earlier = known === undefined ? undefined : this.requests.get(known);
      if (earlier !== undefined && (earlier.email !== terms.email || earlier.modelId !== terms.modelId))
        return refused('idempotency-key-reused', 'This key belongs to another request');
      const open =
        earlier ??
        [...this.requests.values()].find(
          (view) => view.email === terms.email && view.modelId === terms.modelId && view.status === 'submitted',
        );
      if (open !== undefined) {
        const { requestId, status } = open;
        const isStranger = earlier === undefined && caller.principal.proof === 'address';
        const code = earlier === undefined ? {} : { claimCode: CLAIM_CODE };
        return {
          outcome: 'ignored' as const,
          because: 'open already',
          result: isStranger ? {} : { requestId, status, ...code },
        };
      }
      const view = this.add({ ...terms, status: 'submitted' });
      if (idempotencyKey !== undefined) this.#byIdempotencyKey.set(idempotencyKey, view.requestId);
      return {
        outcome: 'accepted' as const,
        result: { requestId: view.requestId, status: view.status, claimCode: CLAIM_CODE },
      };
    });
    this.requestReply.handle(ProveClaim, async ({ requestId, code, link }, caller) => {
      this.#note('ProveClaim', caller);
      const view = this.requests.get(requestId);
      const wrongCodes = this.#wrongCodes.get(link) ?? 0;
      if (wrongCodes >= 5) return refused('locked', 'Too many wrong codes; wait five minutes');
      if (view === undefined || code !== CLAIM_CODE) {
        this.#wrongCodes.set(link, wrongCodes + 1);
        return refused('wrong-code', 'This is not the code that was shown');
      }
      return accepted({ requestId, email: view.email });
    });
    this.requestReply.handle(GetKeyRequest, async ({ requestId }, caller) => {
      this.#note('GetKeyRequest', caller);
      return maySee(caller.principal, requestId) ? (this.requests.get(requestId) ?? null) : null;
    });
    this.requestReply.handle(ListKeyRequests, async ({ first, after, statuses, email, modelId }, caller) => {
      this.#note('ListKeyRequests', caller);
      const found = [...this.requests.values()].filter(
        (view) =>
          (statuses?.includes(view.status) ?? true) &&
          (email === undefined || view.email === email) &&
          (modelId === undefined || view.modelId === modelId),
      );
      return pageFrom(found, first, after);
    });
  }

  #answerReview(): void {
    const decide = (requestId: string, caller: MessageContext, outcome: 'approved' | 'denied', reason: string) => {
      this.#note(outcome, caller);
      if (!hasRole(caller.principal, 'reviewer')) return refused('not-a-reviewer', 'Only reviewers decide');
      const view = this.requests.get(requestId);
      if (view === undefined) return refused('key-request-not-found', 'There is no such request');
      if (view.status !== 'in-review' && view.status !== 'submitted')
        return refused('already-decided', 'This request was decided before');
      const decision = { outcome, decidedBy: caller.principal.id, reason, decidedAt: view.updatedAt };
      return accepted(this.change(requestId, { status: outcome, decision }));
    };
    this.requestReply.handle(ApproveKeyRequest, async ({ requestId, comment }, caller) =>
      decide(requestId, caller, 'approved', comment ?? 'approved'),
    );
    this.requestReply.handle(DenyKeyRequest, async ({ requestId, reason }, caller) =>
      decide(requestId, caller, 'denied', reason),
    );
    this.requestReply.handle(RetryKeyRequest, async ({ requestId }) => {
      const view = this.requests.get(requestId);
      if (view === undefined) return refused('key-request-not-found', 'There is no such request');
      if (view.status !== 'failed') return refused('not-failed', 'Only a failed request can be taken up again');
      return accepted(this.change(requestId, { status: 'approved' }));
    });
  }

  #answerVault(): void {
    this.requestReply.handle(FindLeaseByRequest, async ({ requestId }, caller) => {
      this.#note('FindLeaseByRequest', caller);
      return maySee(caller.principal, requestId) ? (this.leases.get(requestId) ?? null) : null;
    });
    this.requestReply.handle(
      GetLease,
      async ({ leaseId }) => [...this.leases.values()].find((lease) => lease.leaseId === leaseId) ?? null,
    );
  }

  #answerDelivery(): void {
    this.requestReply.handle(FindDeliveriesByRequest, async ({ requestId }, caller) => {
      this.#note('FindDeliveriesByRequest', caller);
      return { deliveries: maySee(caller.principal, requestId) ? (this.deliveries.get(requestId) ?? []) : [] };
    });
    this.requestReply.handle(GetLink, async ({ token }, caller) => {
      this.#note('GetLink', caller);
      return this.links.get(token)?.view ?? null;
    });
    this.requestReply.handle(ResendLink, async ({ deliveryId }) => {
      const delivery = [...this.deliveries.values()].flat().find((each) => each.deliveryId === deliveryId);
      if (delivery === undefined) return refused('delivery-not-found', 'There is no such delivery');
      if (delivery.status === 'started') return refused('delivery-in-progress', 'The delivery has not ended yet');
      return accepted(delivery);
    });
  }

  #answerOpening(): void {
    this.requestReply.handle(OpenLink, async ({ token, recipientKey }, caller) => {
      this.#note('OpenLink', caller);
      const link = this.links.get(token);
      if (link === undefined) return refused('link-not-found', 'This link is not known');
      if (!maySee(caller.principal, link.view.requestId)) return refused('claim-not-proven', 'Prove the claim first');
      const again = link.opened.get(recipientKey.x);
      if (again === undefined && link.view.state === 'opened')
        return refused('link-already-opened', 'This link was opened before');
      const key = await importJWK(recipientKey, 'ECDH-ES');
      const jwe =
        again ??
        (await new CompactEncrypt(new TextEncoder().encode(JSON.stringify({ key: CANARY })))
          .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM' })
          .encrypt(key));
      link.opened.set(recipientKey.x, jwe);
      link.view = { ...link.view, state: 'opened', openedAt: '2026-11-21T08:15:00.000Z' };
      if (this.#answersToLose.delete(OpenLink.subject))
        throw new AppError('deadline-exceeded', 'OpenLink was not answered in time');
      return accepted({ jwe, gatewayUrl: GATEWAY_URL, modelIds: link.view.modelIds });
    });
  }

  #answerAudit(): void {
    const matching = (filter: AuditFilter) =>
      this.history.filter(
        (event) =>
          (filter.categories?.includes(event.category) ?? true) &&
          (filter.types?.includes(event.type) ?? true) &&
          (filter.from === undefined || event.recordedAt >= filter.from) &&
          (filter.to === undefined || event.recordedAt < filter.to),
      );
    this.requestReply.handle(ListAuditEvents, async ({ first, after, filter }, caller) => {
      this.#note('ListAuditEvents', caller);
      if (!hasRole(caller.principal, 'auditor', 'admin')) throw new AppError('forbidden', 'Only auditors may see this');
      return pageFrom(matching(filter), first, after);
    });
    this.requestReply.handle(GetKeyHistory, async ({ first, after, id }, caller) => {
      this.#note('GetKeyHistory', caller);
      return maySee(caller.principal, id) ? pageFrom(this.history, first, after) : { items: [] };
    });
  }
}
