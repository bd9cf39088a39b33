import type { ServiceTokenView } from '@keyledger/contracts-registry';
import type { ServiceTokenList, ServiceTokenRows } from '../service-token-list.port.ts';

/** The list of service tokens in memory; it needs no transaction. */
export class FakeServiceTokenList implements ServiceTokenRows<unknown>, ServiceTokenList {
  readonly #tokens = new Map<string, ServiceTokenView>();

  find(serviceTokenId: string): Promise<ServiceTokenView | undefined> {
    return Promise.resolve(this.#tokens.get(serviceTokenId));
  }

  put(token: ServiceTokenView): Promise<void> {
    this.#tokens.set(token.serviceTokenId, token);
    return Promise.resolve();
  }

  clear(): Promise<void> {
    this.#tokens.clear();
    return Promise.resolve();
  }

  page(first: number, after: string | undefined): Promise<readonly ServiceTokenView[]> {
    const newestFirst = [...this.#tokens.values()].sort((a, b) => (a.serviceTokenId > b.serviceTokenId ? -1 : 1));
    const behind = newestFirst.filter(({ serviceTokenId }) => after === undefined || serviceTokenId < after);
    return Promise.resolve(behind.slice(0, first));
  }
}
