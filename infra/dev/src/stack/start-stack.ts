import { claimDataDirectory } from './claim.ts';
import { offerCommands } from './command-environment.ts';
import { emptyDataDirectory, openDataDirectory } from './data-directory.ts';
import { prepareDatabase } from './databases.ts';
import type { Tell } from './events.ts';
import { infrastructure } from './infrastructure.ts';
import { type Lock, takeLock } from './lock.ts';
import { checkPorts, freePorts, readPorts, refuseClashes, type WantedPort } from './ports.ts';
import { placeReplicas, wantedPorts } from './replicas.ts';
import { openSecrets, type SecretFile, type StackSecrets } from './secrets.ts';
import { productServices } from './service-catalogue.ts';
import { checkConfiguration, namesConfigFile, type StackOptions } from './stack-options.ts';
import { Stack } from './stack.ts';
import { startStandIns } from './stand-ins.ts';

/** Programs of a run that was killed end within ten seconds. */
const STALE_PATIENCE_MS = 12_000;

export interface StartedStack {
  readonly stack: Stack;
  readonly adminUsername: string;
  /** Absent when the environment or the configuration file names a password. */
  readonly adminPassword: SecretFile | undefined;
}

/**
 * Starts everything and resolves when every part is ready. When something fails, what was started is ended again and
 * the cause thrown.
 */
export const startStack = async (options: StackOptions): Promise<StartedStack> => {
  const started = new AsyncDisposableStack();
  const giveUp = () => void started.disposeAsync();
  options.signal?.addEventListener('abort', giveUp, { once: true });
  try {
    return await start(options, started);
  } catch (error) {
    await started.disposeAsync();
    throw options.signal?.aborted === true ? options.signal.reason : error;
  } finally {
    options.signal?.removeEventListener('abort', giveUp);
  }
};

const start = async (options: StackOptions, started: AsyncDisposableStack): Promise<StartedStack> => {
  const { environment = process.env, tell = () => undefined, services = productServices() } = options;
  const portMode = options.ports ?? 'usual';
  const ports = portMode === 'free' ? await freePorts() : readPorts(environment);
  const configFile = namesConfigFile(environment) ? undefined : options.configFile;
  const configuration = checkConfiguration(environment, configFile);
  for (const message of configuration.warnings) tell({ kind: 'warning', message });

  const needsLiteLlm = !environment.LITELLM_BASE_URL;
  const replicas = await placeReplicas(services, options.scale ?? {}, ports, portMode);
  const wanted = wantedPorts(ports, replicas, needsLiteLlm);
  refuseClashes(wanted);

  claimDataDirectory(options.dataDirectory);
  const lock = takeLock(options.dataDirectory, `http://localhost:${ports.gateway}`);
  started.defer(() => lock.release());
  if (options.reset === true) emptyDataDirectory(options.dataDirectory);
  await waitForPorts(wanted, lock, tell);

  const data = openDataDirectory(options.dataDirectory);
  const secrets = await openSecrets(data.secrets, ports.postgres);
  tell({ kind: 'progress', message: 'Starting PostgreSQL, NATS and the mailbox' });
  const { isDurable = true, pace } = options;
  const below = infrastructure({ data, ports, secrets, isDurable, pace }, tell);
  started.defer(() => below.postgres.stop());
  started.defer(() => below.nats.stop());
  const standIns = await startStandIns(data, ports, needsLiteLlm ? secrets.litellmMasterKey.value : undefined);
  started.defer(() => standIns.stop());
  await Promise.all([below.postgres.start(), below.nats.start()]);

  tell({ kind: 'progress', message: 'Bringing the database up to date' });
  await prepareDatabase(ports.postgres, secrets, services);

  const adminPassword = passwordUnlessGiven(environment, configuration.admin.password, secrets);
  const litellmUrl = standIns.litellm?.url;
  const given = { given: environment, ports, secrets, configFile, litellmUrl, adminPasswordFile: adminPassword?.file };
  const commands = offerCommands(data.commandsFile, given);
  started.defer(() => commands.withdraw());
  const stack = new Stack({
    ...{ ports, portMode, data, secrets, standIns, services, tell, ...below },
    environment: given,
    release: () => {
      commands.withdraw();
      lock.release();
    },
  });
  started.defer(() => stack.stop());
  tell({ kind: 'progress', message: `Starting ${replicas.map(({ name }) => name).join(', ')}` });
  await stack.startReplicas(replicas);
  return { stack, adminUsername: configuration.admin.username, adminPassword };
};

const waitForPorts = async (wanted: readonly WantedPort[], lock: Lock, tell: Tell): Promise<void> => {
  if (!lock.wasStale) return checkPorts(wanted);
  tell({ kind: 'progress', message: 'The previous run ended without cleaning up; taking over its data' });
  await checkPorts(wanted, STALE_PATIENCE_MS);
};

/** A password that was given by other means must keep its meaning. */
const passwordUnlessGiven = (
  environment: NodeJS.ProcessEnv,
  configured: string | undefined,
  secrets: StackSecrets,
): SecretFile | undefined =>
  configured !== undefined || environment.ADMIN_PASSWORD || environment.ADMIN_PASSWORD_FILE
    ? undefined
    : secrets.adminPassword();
