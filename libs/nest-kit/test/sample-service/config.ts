import { type Env, type PlatformConfig, readPlatformConfig } from '@keyledger/config';

export interface SampleConfig {
  readonly platform: PlatformConfig;
  readonly warnings: readonly string[];
}

export const readConfig = (env: Env = process.env): SampleConfig => ({
  platform: readPlatformConfig(env, 'registry'),
  warnings: env['SAMPLE_WARNING'] === undefined ? [] : [env['SAMPLE_WARNING']],
});
