export { collectConfig, ConfigError, type ConfigErrorFields, ConfigErrors } from './config-error.ts';
export { parseDuration } from './duration.ts';
export {
  type Env,
  envBoolean,
  envDuration,
  envInteger,
  envList,
  envText,
  envUrl,
  required,
  secretFrom,
  secretInFile,
} from './env.ts';
export type {
  ApprovalPluginConfig,
  EmailRuleConfig,
  HttpRuleConfig,
  HumanInTheLoopConfig,
  OnError,
  WhitelistConfig,
} from './file/approval-plugins.ts';
export {
  type AdminConfig,
  type ApprovalConfig,
  type DeliveryConfig,
  type FeaturedModelConfig,
  type IssuingConfig,
  type KeyledgerFile,
  type LiteLlmConfig,
  type ModelConfig,
  type SmtpConfig,
  warningsAbout,
} from './file/keyledger-file.ts';
export { loadKeyledgerFile, readKeyledgerText } from './file/load-keyledger-file.ts';
export {
  type MessagingConfig,
  type PlatformConfig,
  readMessagingConfig,
  readPlatformConfig,
} from './platform-config.ts';
