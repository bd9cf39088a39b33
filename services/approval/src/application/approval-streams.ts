import { deriveId, type StreamCategory } from '@keyledger/event-sourcing';
import {
  approvalPolicy,
  approvalPolicyCodec,
  type ApprovalPolicy,
  type PolicyEvent,
  type PublishPolicy,
} from '../domain/approval-policy/approval-policy.ts';
import type { KeyRequestCommand, KeyRequestRefusal } from '../domain/key-request/key-request.commands.ts';
import { keyRequest } from '../domain/key-request/key-request.decider.ts';
import { keyRequestCodec, type KeyRequestEvent } from '../domain/key-request/key-request.events.ts';
import { canonicalEmail, type KeyRequest } from '../domain/key-request/key-request.state.ts';
import {
  type KeyRequestSlot,
  keyRequestSlot,
  keyRequestSlotCodec,
  type SlotEvent,
  type TakeSlot,
} from '../domain/key-request-slot/key-request-slot.ts';

export const keyRequests: StreamCategory<KeyRequest, KeyRequestCommand, KeyRequestEvent, KeyRequestRefusal> = {
  category: 'keyRequest',
  decider: keyRequest,
  codec: keyRequestCodec,
};

export const keyRequestSlots: StreamCategory<KeyRequestSlot, TakeSlot, SlotEvent, 'slot-moved'> = {
  category: 'keyRequestSlot',
  decider: keyRequestSlot,
  codec: keyRequestSlotCodec,
};

export const approvalPolicies: StreamCategory<ApprovalPolicy, PublishPolicy, PolicyEvent, never> = {
  category: 'approvalPolicy',
  decider: approvalPolicy,
  codec: approvalPolicyCodec,
};

/** The one policy of an installation. */
export const POLICY_ID = 'default';

export const slotIdOf = ({ email, modelId }: { email: string; modelId: string }): string =>
  deriveId('keyRequestSlot', canonicalEmail(email), modelId);
