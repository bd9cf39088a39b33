import { beforeEach, describe, expect, it } from '@jest/globals';
import { type NewEvent, newId, streamName } from '@keyledger/event-sourcing';
import { InMemoryEventStore } from '@keyledger/event-sourcing/testing';
import { createSecretKey, randomBytes } from 'node:crypto';
import {
  envelope,
  firstVersionShredded,
  secretId,
  secretReplaced,
  secretSubmitted,
} from '../../domain/secret/secret.examples.ts';
import { firstDestroyed, firstPublished } from '../../domain/submission-key/submission-key.examples.ts';
import { submissionKeyCodec, type SubmissionKeyEvent } from '../../domain/submission-key/submission-key.messages.ts';
import { secretCodec, type SecretEvent } from '../../domain/secret/secret.messages.ts';
import { ownContext } from '../own-context.ts';
import type { WrappedKey } from '../ports/key-ring.port.ts';
import type { MasterKey } from '../ports/master-key.port.ts';
import { FakeKeyRing } from '../ports/testing/key-ring.fake.ts';
import { FakeMasterKeySource } from '../ports/testing/master-key-source.fake.ts';
import { restoreKeyRing } from './restore-key-ring.ts';

describe('restoring the key ring', () => {
  let eventStore: InMemoryEventStore;
  let keyRing: FakeKeyRing;
  let masterKey: MasterKey;

  beforeEach(async () => {
    eventStore = new InMemoryEventStore();
    keyRing = new FakeKeyRing();
    masterKey = (await new FakeMasterKeySource('material').create(newId())).masterKey;
  });

  const record = async (...events: readonly SecretEvent[]): Promise<void> => {
    const { commandId: _, ...metadata } = ownContext(new Date());
    const recorded: NewEvent[] = events.map((event) => ({ id: newId(), ...secretCodec.encode(event), metadata }));
    await eventStore.append(streamName('secret', secretId), recorded, 'no-stream');
  };

  const wrapped = async (keyId: string, purpose: WrappedKey['purpose'] = 'secret'): Promise<WrappedKey> => {
    const bytes = await masterKey.wrap(createSecretKey(randomBytes(32)), { keyId, purpose });
    return { keyId, purpose, masterKeyId: masterKey.id, wrapped: bytes };
  };

  const restored = async (...backup: readonly WrappedKey[]): Promise<readonly string[]> => {
    const find = async (id: string) => (id === masterKey.id ? masterKey : undefined);
    const deps = { eventStore, keyRing, wrappedKeys: keyRing, masterKeys: { active: () => masterKey, find } };
    const outcomes: string[] = [];
    for await (const { outcome } of restoreKeyRing(deps, backup)) outcomes.push(outcome);
    return outcomes;
  };

  it('puts back what is missing, once', async () => {
    await record(secretSubmitted);
    const backup = [await wrapped(envelope.dataKeyId), await wrapped(newId(), 'fingerprint')];
    expect(await restored(...backup)).toEqual(['restored', 'restored']);
    expect(await restored(...backup)).toEqual(['present', 'present']);
  });

  it('puts the backup in the place of a key that does not open, and of no other', async () => {
    await record(secretSubmitted);
    const key = await wrapped(envelope.dataKeyId);
    await keyRing.add({ ...key, wrapped: Uint8Array.of(1) });
    expect(await restored(key)).toEqual(['replaced']);
    expect(await restored(key)).toEqual(['present']);
    expect(await keyRing.find(key.keyId)).toEqual(key);
  });

  it('can be done by two at once', async () => {
    await record(secretSubmitted);
    const key = await wrapped(envelope.dataKeyId);
    expect(await Promise.all([restored(key), restored(key)])).toEqual([['restored'], ['restored']]);
    expect(await keyRing.find(key.keyId)).toEqual(key);
  });

  it('leaves a key that opens as it is, and tells when it is another one than that of the backup', async () => {
    await record(secretSubmitted);
    const key = await wrapped(envelope.dataKeyId);
    await keyRing.add(key);
    expect(await restored(await wrapped(envelope.dataKeyId))).toEqual(['different']);
    expect(await restored({ ...key, masterKeyId: newId() })).toEqual(['present']);
    expect(await keyRing.find(key.keyId)).toEqual(key);
  });

  it('puts back what opens the keys under which secrets are handed in, while they are kept', async () => {
    const { commandId: _, ...metadata } = ownContext(new Date());
    const tell = (event: SubmissionKeyEvent): NewEvent => ({
      ...{ id: newId(), metadata },
      ...submissionKeyCodec.encode(event),
    });
    const key = await wrapped(firstPublished.data.envelope.dataKeyId);
    const stream = streamName('submissionKey', 'all');
    await eventStore.append(stream, [tell(firstPublished)], 'no-stream');
    expect(await restored(key)).toEqual(['restored']);
    keyRing.rows.clear();
    await eventStore.append(stream, [tell(firstDestroyed)], 0n);
    expect(await restored(key)).toEqual(['not-needed']);
  });

  it('brings back no key of a version that was shredded since', async () => {
    const replaced = {
      ...secretReplaced,
      data: { ...secretReplaced.data, envelope: { ...secretReplaced.data.envelope, dataKeyId: newId() } },
    };
    await record(secretSubmitted, replaced, firstVersionShredded);
    const backup = [
      await wrapped(secretSubmitted.data.envelope.dataKeyId),
      await wrapped(replaced.data.envelope.dataKeyId),
    ];
    expect(await restored(...backup)).toEqual(['not-needed', 'restored']);
    expect([...keyRing.rows.keys()]).toEqual([replaced.data.envelope.dataKeyId]);
  });

  it('tells what no master key opens, and leaves it out', async () => {
    await record(secretSubmitted);
    const key = await wrapped(envelope.dataKeyId);
    expect(await restored({ ...key, masterKeyId: newId() })).toEqual(['unreadable']);
    expect(keyRing.rows.size).toBe(0);
  });
});
