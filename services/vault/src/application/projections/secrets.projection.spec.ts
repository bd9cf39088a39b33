import { describe, expect, it } from '@jest/globals';
import { positionOf, type RecordedEvent } from '@keyledger/event-sourcing';
import {
  attemptId,
  revealDenied,
  secretId,
  secretRevealed,
  secretSealed,
  secretShredded,
} from '../../domain/secret/secret.examples.ts';
import type { SecretEvent } from '../../domain/secret/secret.messages.ts';
import { FakeKeyRing } from '../ports/testing/key-ring.fake.ts';
import { FakeSecretTable } from '../ports/testing/secret-table.fake.ts';
import { secretsProjection, shreddingProjection } from './secrets.projection.ts';

const AT = '2026-11-21T08:00:00.000Z';

const recorded = (event: SecretEvent): RecordedEvent => ({
  ...event,
  id: attemptId,
  schemaVersion: 1,
  stream: `secret-${event.data.secretId}`,
  revision: 0n,
  position: positionOf('0'.padStart(20, '0')),
  recordedAt: AT,
  metadata: {
    actor: { kind: 'service', id: 'service:vault', proof: 'service', roles: ['service'] },
    correlationId: attemptId,
    causationId: attemptId,
    occurredAt: AT,
  },
});

class CountingTable extends FakeSecretTable {
  reads = 0;

  override find(id: string) {
    this.reads += 1;
    return super.find(id);
  }
}

describe('the read model of secrets', () => {
  it('reads and writes nothing for a reveal or a denied one, which lists do not show', async () => {
    const table = new CountingTable();
    const projection = secretsProjection(table);
    await projection.apply(recorded(secretSealed), undefined);
    const [before, { reads }] = [table.rows.get(secretId), table];
    await projection.apply(recorded(secretRevealed), undefined);
    await projection.apply(recorded(revealDenied), undefined);
    expect(table.reads).toBe(reads);
    expect(table.rows.get(secretId)).toBe(before);
  });

  it('shows when a secret was last opened for a test', async () => {
    const table = new FakeSecretTable();
    const projection = secretsProjection(table);
    await projection.apply(recorded(secretSealed), undefined);
    const data = { ...secretRevealed.data, purpose: 'connection-test' as const, revealedAt: AT };
    await projection.apply(recorded({ ...secretRevealed, data }), undefined);
    expect(table.rows.get(secretId)).toMatchObject({ triedAt: AT });
  });
});

describe('the deletion of data keys', () => {
  it('follows the ends of secrets and of submission keys, and no reveals', () => {
    const { filter } = shreddingProjection({ shred: () => Promise.resolve() });
    expect(filter.types).toEqual(['SecretShredded', 'SubmissionKeyDestroyed']);
  });

  it('deletes the keys of what was shredded', async () => {
    const keyRing = new FakeKeyRing();
    const [keyId] = secretShredded.data.dataKeyIds;
    await keyRing.add({ keyId: keyId!, purpose: 'secret', masterKeyId: attemptId, wrapped: Buffer.from('wrapped') });
    await shreddingProjection<undefined>(keyRing).apply(recorded(secretShredded), undefined);
    expect(keyRing.rows.size).toBe(0);
  });
});
