import type { CustodianTask } from '@keyledger/contracts-vault';
import { isLive, keyInMaking, type KnownLease } from '../domain/lease/lease.state.ts';
import type { Issuers } from './ports/issuer.port.ts';
import { leaseViewOf } from './queries/lease-view.ts';

const byHand = (lease: KnownLease) =>
  [...lease.discardable, ...(isLive(lease) ? lease.retiring : [])].filter((key) => key.isByHand);

const isAwaited = (lease: KnownLease): boolean => {
  const making = keyInMaking(lease);
  return making?.requestedFrom === 'custodian' && making.key === undefined;
};

/** Whether a person has something to do for this lease at its provider. */
export const hasCustodianTask = (lease: KnownLease): boolean => isAwaited(lease) || byHand(lease).length > 0;

const instructionOf = (issuers: Issuers, { terms }: KnownLease): { readonly instruction?: string } => {
  const issuer = issuers.find(terms.issuer);
  return issuer?.keysFrom === 'custodian' ? { instruction: issuer.keys.instruction } : {};
};

/** What a person has to do for this lease. */
export const custodianTasksOf = (issuers: Issuers, lease: KnownLease): readonly CustodianTask[] => {
  const common = { lease: leaseViewOf(lease), ...instructionOf(issuers, lease) };
  const making = keyInMaking(lease);
  return [
    ...(making !== undefined && isAwaited(lease)
      ? [{ ...common, kind: 'hand-in' as const, generation: making.generation, alias: making.alias }]
      : []),
    ...byHand(lease).map(({ generation, issuerKeyId }) => ({
      ...common,
      kind: 'end-key' as const,
      generation,
      ...(issuerKeyId === undefined ? {} : { issuerKeyId }),
    })),
  ];
};
