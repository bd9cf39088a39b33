import { FakeMailer } from './mailer.fake.ts';
import { mailerContract } from './mailer.contract.ts';

mailerContract('the fake', () => {
  const mailer = new FakeMailer();
  return Promise.resolve({
    mailer,
    next: (mood) => Promise.resolve(mailer.next(mood)),
    received: () => mailer.received,
    close: () => Promise.resolve(),
  });
});
