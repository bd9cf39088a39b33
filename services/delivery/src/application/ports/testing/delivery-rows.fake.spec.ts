import { deliveryRowsContract } from './delivery-rows.contract.ts';
import { FakeDeliveryRows } from './delivery-rows.fake.ts';

deliveryRowsContract('the fake', () => {
  const rows = new FakeDeliveryRows();
  return Promise.resolve({
    rows,
    directory: rows,
    commit: (work) => work(undefined),
    close: () => Promise.resolve(),
  });
});
