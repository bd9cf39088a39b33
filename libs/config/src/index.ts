export { collectConfig, ConfigError, ConfigErrors } from './config-error.ts';
export { parseDuration } from './duration.ts';
export {
  type Env,
  envBoolean,
  envDuration,
  envHosts,
  envHttpUrl,
  envInteger,
  envList,
  envText,
  required,
  secretFrom,
  secretInFile,
} from './env.ts';
export type { ApprovalPluginConfig, OnError } from './file/approval-plugins.ts';
export { type KeyledgerFile, type SmtpConfig, warningsAbout } from './file/keyledger-file.ts';
export { connectionProviders, type IssuerConfig } from './file/issuers.ts';
export { loadKeyledgerFile, readKeyledgerText } from './file/load-keyledger-file.ts';
export {
  type MessagingConfig,
  type PlatformConfig,
  readMessagingConfig,
  readPlatformConfig,
} from './platform-config.ts';
