import type { KeyRequestView } from '@keyledger/contracts-approval';
import type { DeliveryView } from '@keyledger/contracts-delivery';
import type { LeaseView, MasterKeyView, SecretView, TestRunView } from '@keyledger/contracts-vault';
import type { Reader } from '../application/reader.ts';

/**
 * What the resolvers of a node see: the state, and the reader of the principal who may see it, so that everything
 * reached from there is asked for with the same right.
 */
export interface Source<Kind extends string, View> {
  readonly kind: Kind;
  readonly view: View;
  readonly reader: Reader;
}

export type KeyRequestSource = Source<'KeyRequest', KeyRequestView>;
export type LeaseSource = Source<'Lease', LeaseView>;
export type SecretSource = Source<'Secret', SecretView>;
export type MasterKeySource = Source<'MasterKey', MasterKeyView>;
export type TestRunSource = Source<'TestRun', TestRunView>;
export type DeliverySource = Source<'Delivery', DeliveryView>;

const source = <Kind extends string, View>(kind: Kind, view: View, reader: Reader): Source<Kind, View> => ({
  kind,
  view,
  reader,
});

export const keyRequestSource = (view: KeyRequestView, reader: Reader): KeyRequestSource =>
  source('KeyRequest', view, reader);

export const leaseSource = (view: LeaseView, reader: Reader): LeaseSource => source('Lease', view, reader);

export const secretSource = (view: SecretView, reader: Reader): SecretSource => source('Secret', view, reader);

export const masterKeySource = (view: MasterKeyView, reader: Reader): MasterKeySource =>
  source('MasterKey', view, reader);

export const testRunSource = (view: TestRunView, reader: Reader): TestRunSource => source('TestRun', view, reader);

export const deliverySource = (view: DeliveryView, reader: Reader): DeliverySource => source('Delivery', view, reader);

export const isSource = (kind: string, value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind;
