import { dueWorkContract } from './due-work.contract.ts';
import { FakeDueWork } from './due-work.fake.ts';
import { keyRequestListContract } from './key-request-list.contract.ts';
import { FakeKeyRequestList } from './key-request-list.fake.ts';
import { webhookContract } from './webhook.contract.ts';
import { FakeWebhook } from './webhook.fake.ts';

const close = () => Promise.resolve();

webhookContract('The fake', () => {
  const webhook = new FakeWebhook();
  return Promise.resolve({
    webhook,
    answerWith: (body: string) => webhook.answerWith(body),
    fallSilent: () => webhook.fallSilent(),
    questions: webhook.questions,
    close,
  });
});

dueWorkContract('The fake', () => {
  const dueWork = new FakeDueWork();
  return Promise.resolve({
    dueWork,
    other: dueWork,
    put: (item) => dueWork.put(item),
    remove: (requestId) => dueWork.remove(requestId),
    clear: () => dueWork.clear(),
    close,
  });
});

keyRequestListContract('The fake', () => {
  const list = new FakeKeyRequestList();
  return Promise.resolve({
    list,
    put: (request) => list.put(request),
    find: (requestId) => list.find(requestId),
    clear: () => list.clear(),
    close,
  });
});
