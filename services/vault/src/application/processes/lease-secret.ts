import { commandHandler, type LoadedStream, loadStream } from '@keyledger/event-sourcing';
import type { SecretBytes } from '@keyledger/secrets';
import type { KnownLease } from '../../domain/lease/lease.state.ts';
import { secret as secrets } from '../../domain/secret/secret.decider.ts';
import type { SealSecret } from '../../domain/secret/secret.messages.ts';
import { type Secret, versionOf } from '../../domain/secret/secret.state.ts';
import { recordReadability } from '../commands/record-readability.ts';
import { type SecretContext, SecretUnreadable } from '../ports/secret-sealer.port.ts';
import { type LeaseStepDeps, nextCommand, nowOf, type StepRun } from './lease-records.ts';

/** The keys of a lease are the versions of the secret of the same id. */
const contextOf = ({ leaseId, terms }: KnownLease, version: number): SecretContext => ({
  secretId: leaseId,
  version,
  owner: terms.owner,
});

const load = ({ eventStore }: LeaseStepDeps, id: string): Promise<LoadedStream<Secret>> =>
  loadStream(eventStore, secrets, id);

/** A version of a secret that is kept; the caller disposes of it. One that does not open is marked so. */
const opened = async (deps: LeaseStepDeps, state: Secret, context: SecretContext): Promise<SecretBytes> => {
  const stored = versionOf(state, context.version);
  if (stored === undefined) throw new SecretUnreadable();
  const { secretId, version } = context;
  try {
    return await deps.sealer.open(stored.envelope, context);
  } catch (error) {
    if (error instanceof SecretUnreadable)
      await recordReadability(deps)({ secretId, version, isReadable: false }, 'lease');
    throw error;
  }
};

/** The caller disposes of it. */
export const openKey = async (deps: LeaseStepDeps, lease: KnownLease, version: number): Promise<SecretBytes> => {
  const { state } = await load(deps, lease.leaseId);
  return opened(deps, state, contextOf(lease, version));
};

/** The same of a key in stock, which is a secret of its own. */
export const openStocked = async (deps: LeaseStepDeps, secretId: string, version: number): Promise<SecretBytes> => {
  const { state } = await load(deps, secretId);
  if (state.status === 'absent') throw new SecretUnreadable();
  return opened(deps, state, { secretId, version, owner: state.owner });
};

/** The mask of a version that lies sealed already. */
export const sealedMask = async (
  deps: LeaseStepDeps,
  lease: KnownLease,
  version: number,
): Promise<string | undefined> => versionOf((await load(deps, lease.leaseId)).state, version)?.mask;

/** Seals a key as this version; its mask, or nothing when another replica was first with one of its own. */
export const sealAs = async (
  deps: LeaseStepDeps,
  { context }: StepRun,
  lease: KnownLease,
  { key, version }: { readonly key: SecretBytes; readonly version: number },
): Promise<string | undefined> => {
  const place = contextOf(lease, version);
  const sealed = await deps.sealer.seal(key, place);
  const command: SealSecret = { type: 'SealSecret', data: { ...place, ...sealed, now: nowOf(deps) } };
  const handle = commandHandler(deps.eventStore, secrets);
  const handled = await handle(lease.leaseId, command, nextCommand(deps, context));
  if (handled.outcome === 'refused') throw new Error(`Sealing the key of a lease was refused: ${handled.code}`);
  return handled.outcome === 'accepted' ? sealed.mask : undefined;
};

/** Versions that others may seal meanwhile before this gives up. */
const MAX_ATTEMPTS = 8;

/** Seals a key that exists only here, behind whatever versions there are. */
export const sealNext = async (
  deps: LeaseStepDeps,
  run: StepRun,
  lease: KnownLease,
  key: SecretBytes,
): Promise<Readonly<{ version: number; mask: string }>> => {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const { state } = await load(deps, lease.leaseId);
    const version = state.status === 'absent' ? 1 : state.versions.length + 1;
    const mask = await sealAs(deps, run, lease, { key, version });
    if (mask !== undefined) return { version, mask };
  }
  throw new Error('Others keep sealing keys of this lease');
};
