import { percentile } from './path/percentile.ts';
import { startPathSystem } from './path/path-system.ts';
import { print, printTitle, report } from './report.ts';
import { fillKeyRing } from './rewrap/fill-key-ring.ts';
import { steadyLoad } from './rewrap/steady-load.ts';
import { unsealingStalls } from './rewrap/unsealing-stalls.ts';
import { vaultUser } from './rewrap/vault-user.ts';

const DATA_KEYS = Number(process.env.BENCH_DATA_KEYS ?? 100_000);
const REVEALS_PER_SECOND = Number(process.env.BENCH_REVEALS ?? 40);
const QUIET_MS = Number(process.env.BENCH_QUIET_MS ?? 15_000);
const SECRETS = 400;
const WARM_UP_MS = 5_000;
const UNSEALINGS = 5;

const MOST_TIMES_QUIET = 2;
const LONGEST_STALL_MS = 20;

await using resources = new AsyncDisposableStack();
const { stack, database } = await startPathSystem(resources);
const user = await vaultUser(stack, resources);
const secrets: string[] = [];
while (secrets.length < SECRETS) secrets.push(await user.seal());
await fillKeyRing(database, stack.secrets.secretKey.value, DATA_KEYS);

const revealing = (signal: AbortSignal): Promise<readonly number[]> =>
  steadyLoad(REVEALS_PER_SECOND, signal, (index) => user.reveal(secrets[index % SECRETS]!));
const quietly = (forMs: number): Promise<readonly number[]> => revealing(AbortSignal.timeout(forMs));

await quietly(WARM_UP_MS);
const before = await quietly(QUIET_MS);
const completed = new AbortController();
const during = revealing(completed.signal);
const startedAt = performance.now();
await user.rotate();
const seconds = (performance.now() - startedAt) / 1_000;
completed.abort();
const disturbed = await during;
const quiet = [...before, ...(await quietly(QUIET_MS))];

const rewrapped = await user.wraps();
print(
  `\n${rewrapped.toLocaleString('en')} data keys wrapped anew in ${seconds.toFixed(1)} s: ` +
    `${Math.round(rewrapped / seconds).toLocaleString('en')} per second, beside ${REVEALS_PER_SECOND} reveals per second`,
);

printTitle(
  `Reveal of a secret while a master key is rotated, against a quiet vault (${disturbed.length} and ${quiet.length})`,
);
for (const [name, share, target] of [
  ['p50', 0.5, MOST_TIMES_QUIET],
  ['p99', 0.99, MOST_TIMES_QUIET],
] as const)
  report({
    name,
    ours: percentile(disturbed, share),
    baseline: percentile(quiet, share),
    unit: 'ms',
    target,
    wanted: 'at-most',
  });

printTitle('Longest stall of the event loop while a vault unseals, against the limit');
for (const [name, stall] of Object.entries(await unsealingStalls(UNSEALINGS)))
  report({ name, ours: stall, baseline: LONGEST_STALL_MS, unit: 'ms', target: 1, wanted: 'at-most' });
