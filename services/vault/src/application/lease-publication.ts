import {
  LeaseExpired,
  LeaseIssued,
  LeaseIssueFailed,
  LeaseKeyRetired,
  LeaseLimitsChanged,
  LeaseRenewed,
  LeaseResumed,
  LeaseRevoked,
  LeaseRotated,
  LeaseStarted,
  LeaseSuspended,
} from '@keyledger/contracts-vault';
import type { EventPublication, IntegrationEventDefinition } from '@keyledger/messaging';
import type { LeaseEvent } from '../domain/lease/lease.messages.ts';

/** Intents, tasks and what the issuer calls a key stay with the vault. */
const published: Readonly<Partial<Record<LeaseEvent['type'], IntegrationEventDefinition>>> = {
  LeaseStarted,
  LeaseIssued,
  LeaseIssueFailed,
  LeaseRenewed,
  LeaseLimitsChanged,
  LeaseSuspended,
  LeaseResumed,
  LeaseRotated,
  LeaseKeyRetired,
  LeaseRevoked,
  LeaseExpired,
};

/** What leaves the vault is what the schema of the contract names. */
export const ofLease = ({ type, data }: LeaseEvent): ReturnType<EventPublication> => {
  const definition = published[type];
  return definition === undefined ? undefined : { definition, data: definition.schema.parse(data) };
};
