import { eventSubject, type ServiceName } from '@keyledger/messaging';

export interface Reaction {
  readonly reactor: string;
  /** Type of the event and the subject that it is published on. */
  readonly type: string;
  readonly subject: string;
}

const on = (service: ServiceName, category: string, type: string, reactor: string): Reaction => ({
  reactor,
  type,
  subject: eventSubject(service, category, type),
});

/**
 * The reactors of each service with the events that they handle. JetStream's permissions name durable consumers one by
 * one, so a reactor that is missing here cannot consume anything.
 */
export const reactions: Readonly<Record<ServiceName, readonly Reaction[]>> = {
  registry: [],
  approval: [
    on('approval', 'keyRequest', 'KeyRequestSubmitted', 'evaluate-key-request-when-submitted'),
    on('vault', 'lease', 'LeaseIssueFailed', 'fail-key-request-when-lease-issue-failed'),
    on('delivery', 'delivery', 'DeliverySucceeded', 'fulfil-key-request-when-delivery-succeeded'),
    on('delivery', 'delivery', 'DeliveryFailed', 'fail-key-request-when-delivery-failed'),
    on('approval', 'keyRequest', 'KeyRequestResumed', 'announce-again-when-key-request-resumed'),
  ],
  vault: [
    on('approval', 'keyRequest', 'KeyRequestApproved', 'issue-lease-when-key-request-approved'),
    on('approval', 'keyRequest', 'KeyRequestRetried', 'retry-lease-when-key-request-retried'),
    on('approval', 'keyRequest', 'KeyRequestResumed', 'announce-again-when-key-request-resumed'),
    on('delivery', 'delivery', 'DeliverySucceeded', 'record-rotation-when-delivery-succeeded'),
  ],
  delivery: [
    on('vault', 'lease', 'LeaseIssued', 'deliver-key-when-lease-issued'),
    on('vault', 'lease', 'LeaseRotated', 'deliver-key-when-lease-rotated'),
    on('vault', 'leaseUsage', 'LeaseThresholdReached', 'tell-owner-when-threshold-reached'),
    on('vault', 'leaseUsage', 'LeaseUnused', 'tell-owner-when-lease-unused'),
    on('vault', 'leaseUsage', 'LeaseExpiryReminderDue', 'tell-owner-when-expiry-reminder-due'),
    on('delivery', 'delivery', 'LinkIssued', 'send-link-when-link-issued'),
    on('approval', 'keyRequest', 'KeyRequestRetried', 'retry-delivery-when-key-request-retried'),
    on('approval', 'keyRequest', 'KeyRequestDenied', 'tell-requester-when-denied'),
    on('approval', 'keyRequest', 'KeyRequestSentToReview', 'tell-requester-when-sent-to-review'),
    on('approval', 'keyRequest', 'KeyRequestSentToReview', 'tell-reviewers-when-sent-to-review'),
    on('approval', 'keyRequest', 'KeyRequestResumed', 'announce-again-when-key-request-resumed'),
  ],
  audit: [],
  gateway: [],
};
