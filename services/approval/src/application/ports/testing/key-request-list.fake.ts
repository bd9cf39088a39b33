import { canonicalEmail, type SubmittedKeyRequest } from '../../../domain/key-request/key-request.state.ts';
import type { KeyRequestCursor, KeyRequestFilter, KeyRequestList, KeyRequestTable } from '../key-request-list.port.ts';

const isBefore = (left: KeyRequestCursor, right: KeyRequestCursor): boolean =>
  left.submittedAt === right.submittedAt ? left.requestId < right.requestId : left.submittedAt < right.submittedAt;

/** The read model in memory. */
export class FakeKeyRequestList implements KeyRequestList, KeyRequestTable<unknown> {
  readonly #requests = new Map<string, SubmittedKeyRequest>();

  page(
    { statuses, email, modelId }: KeyRequestFilter,
    limit: number,
    after?: KeyRequestCursor,
  ): Promise<readonly SubmittedKeyRequest[]> {
    const found = [...this.#requests.values()]
      .filter(({ status }) => statuses?.includes(status) ?? true)
      .filter(({ terms }) => email === undefined || canonicalEmail(terms.email) === email)
      .filter(({ terms }) => modelId === undefined || terms.modelId === modelId)
      .filter((request) => after === undefined || isBefore(request, after))
      .sort((left, right) => (isBefore(left, right) ? 1 : -1));
    return Promise.resolve(found.slice(0, limit));
  }

  find(requestId: string): Promise<SubmittedKeyRequest | undefined> {
    return Promise.resolve(this.#requests.get(requestId));
  }

  put(request: SubmittedKeyRequest): Promise<void> {
    this.#requests.set(request.requestId, structuredClone(request));
    return Promise.resolve();
  }

  clear(): Promise<void> {
    this.#requests.clear();
    return Promise.resolve();
  }
}
