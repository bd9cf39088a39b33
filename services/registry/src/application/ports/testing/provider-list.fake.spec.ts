import { providerListContract } from './provider-list.contract.ts';
import { FakeProviderList } from './provider-list.fake.ts';

providerListContract('the fake', () => {
  const list = new FakeProviderList();
  return Promise.resolve({ rows: list, list, commit: (work) => work(undefined), close: () => Promise.resolve() });
});
