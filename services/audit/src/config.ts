import { type Env, type PlatformConfig, readPlatformConfig } from '@keyledger/config';

export interface AuditConfig {
  readonly platform: PlatformConfig;
}

/** Audit has no settings of its own. Throws `ConfigErrors`. */
export const readConfig = (env: Env = process.env): AuditConfig => ({ platform: readPlatformConfig(env, 'audit') });
