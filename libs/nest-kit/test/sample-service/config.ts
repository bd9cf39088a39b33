import { type Env, type PlatformConfig, readPlatformConfig } from '@keyledger/config';

export interface SampleConfig {
  readonly platform: PlatformConfig;
}

export const readConfig = (env: Env = process.env): SampleConfig => ({ platform: readPlatformConfig(env, 'registry') });
