import { describe, expect, it } from '@jest/globals';
import {
  leaseExpiryReminderDueExample,
  leaseIssuedExample,
  leaseIssueFailedExample,
  leaseRevealedExample,
  leaseStartedExample,
  leaseThresholdReachedExample,
  leaseUnusedExample,
  masterKeyRotationCompletedExample,
  masterKeyRotationProgressedExample,
  masterKeyRotationStartedExample,
  masterKeyStatusChangedExample,
} from '@keyledger/contracts-vault/testing';
import { positionOf, type RecordedEvent } from '@keyledger/event-sourcing';
import { leaseEvents, leaseId } from '../domain/lease/lease.examples.ts';
import { leaseUsageEvents } from '../domain/lease-usage/lease-usage.examples.ts';
import { masterKeyEvents } from '../domain/master-key/master-key.examples.ts';
import { secretEvents, secretId, secretRevealed } from '../domain/secret/secret.examples.ts';
import {
  secretTestFinished,
  secretTestRefused,
  testRunCompleted,
  testRunStarted,
} from '../domain/test-run/test-run.examples.ts';
import { publication, publishedCategories } from './publication.ts';

const recorded = (category: string, id: string, { type, data }: { type: string; data: unknown }): RecordedEvent => ({
  type,
  data,
  id: 'id',
  schemaVersion: 1,
  stream: `${category}-${id}`,
  revision: 0n,
  position: positionOf('1'),
  recordedAt: '2026-11-21T08:00:00.000Z',
  metadata: {
    actor: { kind: 'service', id: 'service:vault', proof: 'service', roles: ['service'] },
    correlationId: id,
    causationId: id,
    occurredAt: '2026-11-21T08:00:00.000Z',
  },
});

const everyEvent = [
  ...leaseEvents.map((event) => recorded('lease', leaseId, event)),
  ...secretEvents.map((event) => recorded('secret', secretId, event)),
  ...leaseUsageEvents.map((event) => recorded('leaseUsage', leaseId, event)),
  ...masterKeyEvents.map((event) => recorded('masterKey', 'all', event)),
];

const published = everyEvent.flatMap((event) => publication(event) ?? []);

const dataOf = (type: string): unknown => published.find(({ definition }) => definition.type === type)?.data;

describe('what others see of the vault', () => {
  it('is these events and no other', () => {
    expect([...new Set(published.map(({ definition }) => definition.type))].sort()).toEqual([
      'LeaseExpiryReminderDue',
      'LeaseIssueFailed',
      'LeaseIssued',
      'LeaseRevealed',
      'LeaseStarted',
      'LeaseThresholdReached',
      'LeaseUnused',
      'MasterKeyRotationCompleted',
      'MasterKeyRotationProgressed',
      'MasterKeyRotationStarted',
      'MasterKeyStatusChanged',
    ]);
  });

  it.each([
    ['LeaseStarted', leaseStartedExample],
    ['LeaseThresholdReached', leaseThresholdReachedExample],
    ['LeaseUnused', leaseUnusedExample],
    ['LeaseExpiryReminderDue', leaseExpiryReminderDueExample],
    ['LeaseIssued', leaseIssuedExample],
    ['LeaseIssueFailed', leaseIssueFailedExample],
    ['LeaseRevealed', leaseRevealedExample],
    ['MasterKeyRotationStarted', masterKeyRotationStartedExample],
    ['MasterKeyRotationProgressed', masterKeyRotationProgressedExample],
    ['MasterKeyRotationCompleted', masterKeyRotationCompletedExample],
  ])('has the shape of the contract: %s', (type, example) => {
    expect(dataOf(type)).toEqual(example);
  });

  it('has the shape of the contract for a key that does not expire', () => {
    const issued = leaseEvents.find(({ type }) => type === 'LeaseIssued')!;
    const { expiresAt: _expiresAt, ...data } = issued.data as Record<string, unknown>;
    const event = publication(recorded('lease', leaseId, { type: 'LeaseIssued', data }));
    expect(event?.definition.schema.safeParse(event.data).success).toBe(true);
  });

  it('tells each state that a master key comes into, in the shape of the contract', () => {
    const changes = masterKeyEvents.flatMap((event) => publication(recorded('masterKey', 'all', event)) ?? []);
    const told = changes.filter(({ definition }) => definition.type === 'MasterKeyStatusChanged');
    expect(told.map(({ definition, data }) => definition.schema.parse(data))).toContainEqual(
      masterKeyStatusChangedExample,
    );
    expect(new Set(told.map(({ data }) => (data as { status: string }).status))).toEqual(
      new Set(['active', 'deactivated', 'suspended', 'compromised', 'destroyed']),
    );
  });

  it('says nothing of where a master key comes from', () => {
    const text = JSON.stringify(published.map(({ data }) => data));
    for (const hidden of ['parameters', 'salt', 'check']) expect(text).not.toContain(`"${hidden}"`);
  });

  it('holds neither ciphertext nor the names under which keys and secrets are kept', () => {
    const ofKeys = published.filter(({ definition }) => definition.category === 'lease');
    const text = JSON.stringify(ofKeys.map(({ data }) => data));
    for (const hidden of ['sealed', 'dataKeyId', 'masterKeyId', 'issuerKeyId', 'fingerprint', 'recipient', 'alias'])
      expect(text).not.toContain(`"${hidden}"`);
  });

  it('tells how far a run of tests is, and not what providers wrote', () => {
    const told = [testRunStarted, secretTestFinished, secretTestRefused, testRunCompleted].map((event) =>
      publication(recorded('testRun', event.data.runId, event)),
    );
    expect(told.map((event) => event?.definition.schema.parse(event.data))).toMatchObject([
      { total: 2 },
      { outcome: 'ok' },
      { outcome: 'not-tested' },
      {},
    ]);
    expect(JSON.stringify(told.map((event) => event?.data))).not.toContain('message');
  });

  it('says nothing of a secret that belongs to no request', () => {
    const { requestId: _requestId, ...data } = secretRevealed.data;
    expect(publication(recorded('secret', secretId, { type: 'SecretRevealed', data }))).toBeUndefined();
  });

  it('comes from the streams that the relay reads', () => {
    expect(publishedCategories).toEqual(['lease', 'leaseUsage', 'secret', 'masterKey', 'testRun']);
  });
});
