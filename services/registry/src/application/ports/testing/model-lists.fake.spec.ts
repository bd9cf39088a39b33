import { modelListsContract } from './model-lists.contract.ts';
import { FakeModelLists } from './model-lists.fake.ts';

modelListsContract('the fake', () => {
  const lists = new FakeModelLists();
  return Promise.resolve({ rows: lists, lists, commit: (work) => work(undefined), close: () => Promise.resolve() });
});
