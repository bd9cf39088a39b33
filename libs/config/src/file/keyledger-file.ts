import type { ApprovalPluginConfig } from './approval-plugins.ts';
import type { IssuerConfig } from './issuers.ts';
import type { IssuingConfig } from './issuing.ts';

/** The administrator of the REST and portal pages; `admin` or `ADMIN_USERNAME`, `ADMIN_PASSWORD`. */
export interface AdminConfig {
  /** Default: admin. */
  readonly username: string;
  /** Absent: the gateway generates one. There is no default password. */
  readonly password: string | undefined;
}

export interface LiteLlmConfig {
  /** Where the vault reaches LiteLLM; `LITELLM_BASE_URL`. */
  readonly baseUrl: string | undefined;
  /** The address that users of a key are told; `LITELLM_GATEWAY_URL`, otherwise that of `baseUrl`. */
  readonly gatewayUrl: string | undefined;
  /** The administrative key; `LITELLM_API_KEY`. Only the vault uses it. */
  readonly apiKey: string | undefined;
  /** Whether the registry adds LiteLLM's own models to those of the file; `ENABLE_LITELLM_MODELS`. */
  readonly enableModels: boolean;
}

/** A model that is listed beside, or instead of, those that the issuer offers. */
export interface ModelConfig {
  /** As the issuer names it; used once in its list. */
  readonly id: string;
  /** Name for people; default: the id. */
  readonly title: string;
  /** Iconify name such as `simple-icons:openai`. */
  readonly icon?: string;
  /** Hex colour such as `#412991`. */
  readonly color?: string;
  /** What it is good for, in a sentence. */
  readonly description?: string;
}

/** A model that the organisation recommends. */
export interface FeaturedModelConfig extends ModelConfig {
  /** A second, shorter line under the title. */
  readonly subtitle?: string;
  /** `documentation_link`: where people read about it. */
  readonly documentationLink?: string;
}

/** `smtp` or `SMTP_HOST`, `SMTP_PORT`, `SMTP_USER`, `SMTP_PASSWORD`, `SMTP_FROM`, `SMTP_USE_TLS`, `SMTP_START_TLS`, `SMTP_VERIFY_SSL`. */
export interface SmtpConfig {
  readonly host: string;
  /** Default: 587. */
  readonly port: number;
  /** Absent, as is the password: mails are handed over without signing in. */
  readonly user?: string;
  readonly password?: string;
  /** Sender of all mails: an address, or a name with one. Default: keyledger@localhost. */
  readonly from: string;
  /** TLS from the first byte, usual on port 465. */
  readonly useTls: boolean;
  /** Upgrade by STARTTLS, usual on port 587; required when true. Default: unless `useTls`. */
  readonly startTls: boolean;
  /** Whether the certificate of the server must be valid. Default: true. */
  readonly verifySsl: boolean;
}

export interface ApprovalConfig {
  /** How often things that wait are looked at: retries, reminders, expiry; `APPROVAL_QUEUE_INTERVAL`. Default 30 s. */
  readonly queueIntervalMs: number;
  /** A request that nobody decides expires after this. Default 14 days. */
  readonly reviewExpiresAfterMs: number;
  /** Time that a webhook has to answer, unless its rule says otherwise. Default 5 s. */
  readonly webhookTimeoutMs: number;
  /** Further calls of an unreachable webhook, unless its `on_error` says otherwise, before the request goes to review. Default 10. */
  readonly webhookRetries: number;
}

/** `leases`: how live keys are looked after. */
export interface LeasesConfig {
  /** `reconcile_every` or `LEASES_RECONCILE_EVERY`: how often the list of each issuer is compared with the ledger. Default 1 h. */
  readonly reconcileEveryMs: number;
  /** `read_usage_every` or `LEASES_READ_USAGE_EVERY`: how often spend and last use are read. Default 15 min. */
  readonly readUsageEveryMs: number;
  /** `thresholds`: percent of a budget at which the owner is told. Default 50, 80, 100. */
  readonly thresholds: readonly number[];
  /** `unused_after`: how long a key is not used before its owner is told. Default 30 days. */
  readonly unusedAfterMs: number;
  /** `remind_before`: how long before expiry the owner is reminded. Default 14, 3 and 1 days. */
  readonly remindBeforeMs: readonly number[];
}

export interface DeliveryConfig {
  /** Life of a one-time link. Default 72 hours. */
  readonly linkExpiresAfterMs: number;
  /** How often a link may be opened. Default 1. */
  readonly maxViews: number;
  /** Address of the gateway as users reach it, for links; `PUBLIC_URL`. Default http://localhost:8000. */
  readonly publicUrl: string;
}

/** The configuration file with the variables that win over it. */
export interface KeyledgerFile {
  /** Things that are allowed and should be changed; each begins with its section. See `warningsAbout`. */
  readonly warnings: readonly string[];
  readonly admin: AdminConfig;
  /** `mcp.api_key` or `MCP_API_KEY`. */
  readonly mcp: { readonly apiKey: string | undefined };
  readonly litellm: LiteLlmConfig;
  readonly models: readonly ModelConfig[];
  readonly featuredModels: readonly FeaturedModelConfig[];
  /** Absent when neither file nor environment names a host. */
  readonly smtp: SmtpConfig | undefined;
  readonly approval: ApprovalConfig;
  /** The chain in its order. Empty: every request is denied. */
  readonly approvalPlugins: readonly ApprovalPluginConfig[];
  /** In their order; the first that serves a model is asked for its keys, LiteLLM when none does. */
  readonly issuers: readonly IssuerConfig[];
  readonly issuing: IssuingConfig;
  readonly leases: LeasesConfig;
  readonly delivery: DeliveryConfig;
  /** Origins besides the gateway's own that browsers may call from; `CORS_ORIGINS`. */
  readonly corsOrigins: readonly string[];
}

/** What a service that uses these sections of the file should log when it starts. */
export const warningsAbout = ({ warnings }: KeyledgerFile, ...sections: readonly string[]): readonly string[] =>
  warnings.filter((warning) => sections.some((section) => warning.startsWith(`${section}.`)));
