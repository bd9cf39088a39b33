import { newId } from '@keyledger/event-sourcing';
import { SecretBytes } from '@keyledger/secrets';
import { localMasterKey } from '@keyledger/service-vault/src/adapters/crypto/aes-gcm.master-key.ts';
import {
  secretAssociatedData,
  wrapAssociatedData,
} from '@keyledger/service-vault/src/adapters/crypto/associated-data.ts';
import { envelopeSecretSealer } from '@keyledger/service-vault/src/adapters/crypto/envelope.secret-sealer.ts';
import { FakeKeyRing } from '@keyledger/service-vault/src/application/ports/testing/key-ring.fake.ts';
import { createSecretKey, randomBytes } from 'node:crypto';
import { printTitle, report } from './report.ts';
import { ratePerSecond, takeTurns } from './rounds.ts';
import { floor } from './seal/floor.ts';
import { compareReveals } from './seal/reveals.ts';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 41);
const FOR_MS = Number(process.env.BENCH_MS ?? 100);
const TARGET = 0.7;

const API_KEY = `sk-${randomBytes(32).toString('base64url')}`;

/** The vault's own code over a key ring in memory, and the same steps with nothing but `node:crypto`. */
const compareEnvelopes = async (): Promise<void> => {
  const masterKey = localMasterKey(newId(), createSecretKey(randomBytes(32)));
  const keyRing = new FakeKeyRing();
  const masterKeys = { active: () => masterKey, find: async () => masterKey };
  const sealer = envelopeSecretSealer({ keyRing, masterKeys, isUnused: () => Promise.resolve(true) });
  const context = { secretId: newId(), version: 1, owner: 'ada@example.com' };
  const binding = { algorithm: 'A256GCM', masterKeyId: masterKey.id, dataKeyId: newId() };
  const bare = floor({
    secret: secretAssociatedData({ ...binding, ...context }),
    key: wrapAssociatedData({ algorithm: 'A256GCM', masterKeyId: masterKey.id, keyId: newId(), purpose: 'secret' }),
  });
  const [ours, theirs] = [SecretBytes.fromText(API_KEY), Buffer.from(API_KEY)];
  const { envelope } = await sealer.seal(ours, context);
  const sealed = bare.seal(theirs);

  const rate = (work: () => unknown) => () => ratePerSecond(1, FOR_MS, async () => work());
  const steps = {
    seal: {
      ours: async () => {
        const made = await sealer.seal(ours, context);
        keyRing.rows.delete(made.envelope.dataKeyId); // or else the garbage of one side slows both
      },
      bare: () => bare.seal(theirs),
    },
    open: { ours: async () => (await sealer.open(envelope, context)).dispose(), bare: () => bare.open(sealed) },
  };

  printTitle('Envelope encryption of an API key, per second (median of interleaved rounds)');
  for (const [name, step] of Object.entries(steps)) {
    const results = await takeTurns({ ours: rate(step.ours), bare: rate(step.bare) }, ROUNDS);
    report({
      name: `${name} : the same steps with node:crypto and KeyObject`,
      ours: results.of('ours'),
      baseline: results.of('bare'),
      ratio: results.ratio('ours', 'bare'),
      unit: '/s',
      target: TARGET,
      wanted: 'at-least',
    });
  }
};

await compareEnvelopes();
await compareReveals();
