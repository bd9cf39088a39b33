import { storedEventsContract } from '@keyledger/event-sourcing/testing';
import { approvalPolicies, keyRequests, keyRequestSlots } from '../src/application/approval-streams.ts';

storedEventsContract(new URL('./golden/', import.meta.url), {
  keyRequest: keyRequests.codec,
  keyRequestSlot: keyRequestSlots.codec,
  approvalPolicy: approvalPolicies.codec,
});
