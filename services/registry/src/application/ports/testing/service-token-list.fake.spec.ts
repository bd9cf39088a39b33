import { serviceTokenListContract } from './service-token-list.contract.ts';
import { FakeServiceTokenList } from './service-token-list.fake.ts';

serviceTokenListContract('the fake', () => {
  const list = new FakeServiceTokenList();
  return Promise.resolve({ rows: list, list, commit: (work) => work(undefined) });
});
