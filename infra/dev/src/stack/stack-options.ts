import { ConfigErrors, type KeyledgerFile, loadKeyledgerFile } from '@keyledger/config';
import { type ServiceName, serviceNames } from '@keyledger/messaging';
import type { Tell } from './events.ts';
import type { Pace } from './liveness.ts';
import type { ServiceSpec } from './service-catalogue.ts';

export type Scale = Partial<Record<ServiceName, number>>;

export interface StackOptions {
  /** Where everything lies that is kept. */
  readonly dataDirectory: string;
  /** `usual` reads them from the environment; `free` takes whatever nobody uses, for tests. */
  readonly ports?: 'usual' | 'free';
  /** What services and stand-ins are configured by; default: that of this process. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Used when the environment names none. */
  readonly configFile?: string;
  /** Replicas of each service; default: one. */
  readonly scale?: Scale;
  /** Forgets all data first. */
  readonly reset?: boolean;
  /** False: commits do not wait for the disk; for tests. */
  readonly isDurable?: boolean;
  /** How PostgreSQL and NATS are watched for hanging. */
  readonly pace?: Pace;
  /** Default: those of the product. */
  readonly services?: readonly ServiceSpec[];
  readonly tell?: Tell;
  /** Gives up the start and ends what was started; later it has no meaning. */
  readonly signal?: AbortSignal;
}

const MOST_REPLICAS = 9;

/** For example `vault=2`. */
export const parseScale = (texts: readonly string[]): Scale => {
  const scale: Scale = {};
  for (const text of texts) {
    const [name, count, ...rest] = text.split('=');
    const service = serviceNames.find((each) => each === name);
    const replicas = Number(count);
    if (!service || rest.length > 0 || !Number.isInteger(replicas) || replicas < 1 || replicas > MOST_REPLICAS)
      throw new Error(
        `--scale ${text}: expected <service>=<1 to ${MOST_REPLICAS}>, with one of ${serviceNames.join(', ')}`,
      );
    scale[service] = replicas;
  }
  return scale;
};

export const namesConfigFile = ({ CONFIG, CONFIG_FILE }: NodeJS.ProcessEnv): boolean =>
  Boolean(CONFIG) || Boolean(CONFIG_FILE);

/** Reads the configuration that the services will read, so that a wrong value stops the start before anything runs. */
export const checkConfiguration = (environment: NodeJS.ProcessEnv, configFile: string | undefined): KeyledgerFile => {
  try {
    return loadKeyledgerFile(configFile === undefined ? environment : { ...environment, CONFIG_FILE: configFile });
  } catch (error) {
    throw error instanceof ConfigErrors ? new Error(String(error), { cause: error }) : error;
  }
};
