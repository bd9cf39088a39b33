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
import { requestReplyHop } from './path/floor-hops.ts';
import { startPathSystem } from './path/path-system.ts';
import { printTitle, report } from './report.ts';
import { ratePerSecond, takeTurns } from './rounds.ts';
import { floor } from './seal/floor.ts';
import { vaultClient } from './seal/vault-client.ts';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 41);
const FOR_MS = Number(process.env.BENCH_MS ?? 100);
const TARGET = 0.7;
/** Enough that no stream gets long. */
const REVEALED = 200;
const REVEAL_ROUNDS = Number(process.env.BENCH_ROUNDS ?? 9);
const REVEAL_MS = Number(process.env.BENCH_MS ?? 500);
/** A vault lives for weeks: its first thousand reveals, which take twice as long, are not what it does. */
const WARM_UP_MS = Number(process.env.BENCH_WARM_UP_MS ?? 8_000);

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

const WRITERS = 8;
const REVEAL_TARGET = 0.5;

/**
 * A whole vault behind NATS, beside every other service. A reveal verifies who asks, reads the secret and its data key,
 * encrypts to the recipient and waits until its record is committed; the bare request does nothing but come and go.
 */
const compareReveals = async (): Promise<void> => {
  await using resources = new AsyncDisposableStack();
  const system = await startPathSystem(resources);
  const bare = await requestReplyHop(system);
  const vault = await vaultClient(system, resources);
  const sealed: string[] = [];
  for (let index = 0; index < REVEALED; index += 1)
    sealed.push(await vault.seal(`sk-${randomBytes(32).toString('hex')}`));

  let next = 0;
  const reveal = () => vault.reveal(sealed[next++ % sealed.length] ?? '');
  await ratePerSecond(WRITERS, WARM_UP_MS, reveal);
  printTitle('A reveal over NATS, per second (median of interleaved rounds)');
  for (const writers of [1, WRITERS]) {
    const ours = () => ratePerSecond(writers, REVEAL_MS, reveal);
    const results = await takeTurns({ ours, bare: () => ratePerSecond(writers, FOR_MS, bare) }, REVEAL_ROUNDS);
    report({
      name: `${writers} at once : bare request and reply`,
      ours: results.of('ours'),
      baseline: results.of('bare'),
      ratio: results.ratio('ours', 'bare'),
      unit: '/s',
      target: REVEAL_TARGET,
      wanted: 'at-least',
    });
  }
};

await compareEnvelopes();
await compareReveals();
