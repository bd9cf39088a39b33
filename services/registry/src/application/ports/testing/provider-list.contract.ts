import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ProviderList, ProviderRows } from '../provider-list.port.ts';

export interface ProviderListSubject<Tx> {
  readonly rows: ProviderRows<Tx>;
  readonly list: ProviderList;
  /** Runs `work` in a transaction that is kept. */
  commit(work: (tx: Tx) => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/** The promises of `ProviderRows` and `ProviderList`. */
export const providerListContract = <Tx>(name: string, start: () => Promise<ProviderListSubject<Tx>>): void => {
  describe(`${name} as the list of providers`, () => {
    let subject: ProviderListSubject<Tx>;
    const put = (providerId: string, title: string) =>
      subject.commit((tx) => subject.rows.put({ providerId, title }, tx));

    beforeEach(async () => {
      subject = await start();
    });

    afterEach(() => subject.close());

    it('lists providers by id, each as it was put last', async () => {
      await put('openrouter', 'OpenRouter');
      await put('litellm', 'LiteLLM');
      await put('Zeta', 'Zeta');
      await put('litellm', 'Our gateway');
      expect(await subject.list.all()).toEqual([
        { providerId: 'Zeta', title: 'Zeta' },
        { providerId: 'litellm', title: 'Our gateway' },
        { providerId: 'openrouter', title: 'OpenRouter' },
      ]);
    });

    it('is empty after clearing', async () => {
      await put('litellm', 'LiteLLM');
      await subject.commit((tx) => subject.rows.clear(tx));
      expect(await subject.list.all()).toEqual([]);
    });
  });
};
