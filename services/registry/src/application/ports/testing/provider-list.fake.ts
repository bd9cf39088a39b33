import type { ProviderDescription } from '../../../domain/provider/provider.messages.ts';
import type { ProviderList, ProviderRows } from '../provider-list.port.ts';

/** The list of providers in memory; it needs no transaction. */
export class FakeProviderList implements ProviderRows<unknown>, ProviderList {
  readonly #providers = new Map<string, ProviderDescription>();

  put(provider: ProviderDescription): Promise<void> {
    this.#providers.set(provider.providerId, provider);
    return Promise.resolve();
  }

  clear(): Promise<void> {
    this.#providers.clear();
    return Promise.resolve();
  }

  all(): Promise<readonly ProviderDescription[]> {
    const byId = (a: ProviderDescription, b: ProviderDescription): number => (a.providerId < b.providerId ? -1 : 1);
    return Promise.resolve([...this.#providers.values()].sort(byId));
  }
}
