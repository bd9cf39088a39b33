import { type Env, envList } from '../env.ts';
import { duration, flag, headerSecret, httpUrl, integer, mailbox, port, secret, text } from '../kind.ts';
import { readApprovalPlugins } from './approval-plugins.ts';
import type {
  AdminConfig,
  ApprovalConfig,
  DeliveryConfig,
  FeaturedModelConfig,
  KeyledgerFile,
  LiteLlmConfig,
  ModelConfig,
  SmtpConfig,
} from './keyledger-file.ts';
import { readIssuers } from './issuers.ts';
import { readIssuing } from './issuing.ts';
import { readLeases } from './leases.ts';
import type { Section } from './section.ts';

const DAY_MS = 86_400_000;

const readAdmin = (admin: Section): AdminConfig => ({
  username: admin.optional('username', text, { env: 'ADMIN_USERNAME' }) ?? 'admin',
  password: admin.optional('password', secret, { env: 'ADMIN_PASSWORD' }),
});

const readLiteLlm = (litellm: Section): LiteLlmConfig => {
  const baseUrl = litellm.optional('base_url', httpUrl, { env: 'LITELLM_BASE_URL' });
  return {
    baseUrl,
    gatewayUrl: litellm.optional('gateway_url', httpUrl, { env: 'LITELLM_GATEWAY_URL' }) ?? baseUrl,
    apiKey: litellm.optional('api_key', headerSecret, { env: 'LITELLM_API_KEY' }),
    enableModels: litellm.optional('enable_litellm_models', flag, { env: 'ENABLE_LITELLM_MODELS' }) ?? false,
  };
};

/** Leaves out what is not set, so that absent stays absent. */
const present = <T extends object>(value: T): { [Key in keyof T]?: NonNullable<T[Key]> } =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as never;

const readModel = (model: Section): ModelConfig => {
  const id = model.required('id', text);
  return {
    id,
    title: model.optional('title', text) ?? id,
    ...present({
      icon: model.optional('icon', text),
      color: model.optional('color', text),
      description: model.optional('description', text),
    }),
  };
};

const readFeaturedModel = (model: Section): FeaturedModelConfig => ({
  ...readModel(model),
  ...present({
    subtitle: model.optional('subtitle', text),
    documentationLink: model.optional('documentation_link', httpUrl),
  }),
});

const readModels = <Model extends ModelConfig>(
  root: Section,
  key: string,
  read: (model: Section) => Model,
): Model[] => {
  const seen = new Map<string, number>();
  return root.sections(key, 'a list of models, each with an id').map((section) => {
    const model = read(section);
    section.end();
    const earlier = seen.get(model.id);
    if (earlier !== undefined) section.refuse('id', `is used twice; the first time in line ${earlier}`);
    else if (model.id !== undefined) seen.set(model.id, section.line);
    return model;
  });
};

const readSmtp = (smtp: Section): SmtpConfig | undefined => {
  const host = smtp.optional('host', text, { env: 'SMTP_HOST' });
  const useTls = smtp.optional('use_tls', flag, { env: 'SMTP_USE_TLS' }) ?? false;
  const settings = {
    port: smtp.optional('port', port, { env: 'SMTP_PORT' }) ?? 587,
    ...present({
      user: smtp.optional('user', text, { env: 'SMTP_USER' }),
      password: smtp.optional('password', secret, { env: 'SMTP_PASSWORD' }),
    }),
    from: smtp.optional('from', mailbox, { env: 'SMTP_FROM' }) ?? 'keyledger@localhost',
    useTls,
    // A connection that nobody spoke about is encrypted one way or the other.
    startTls: smtp.optional('start_tls', flag, { env: 'SMTP_START_TLS' }) ?? !useTls,
    verifySsl: smtp.optional('verify_ssl', flag, { env: 'SMTP_VERIFY_SSL' }) ?? true,
  };
  if (settings.useTls && settings.startTls)
    smtp.refuse(
      'start_tls',
      'is set together with use_tls; a connection is encrypted from its beginning or upgraded later',
    );
  return host === undefined ? undefined : { host, ...settings };
};

const readApproval = (approval: Section): ApprovalConfig => ({
  queueIntervalMs: approval.optional('queue_interval', duration, { env: 'APPROVAL_QUEUE_INTERVAL' }) ?? 30_000,
  reviewExpiresAfterMs: approval.optional('review_expires_after', duration) ?? 14 * DAY_MS,
  webhookTimeoutMs: approval.optional('webhook_timeout', duration) ?? 5_000,
  webhookRetries: approval.optional('webhook_retries', integer(0, 1_000)) ?? 10,
});

const readDelivery = (delivery: Section): DeliveryConfig => ({
  linkExpiresAfterMs: delivery.optional('link_expires_after', duration) ?? 3 * DAY_MS,
  maxViews: delivery.optional('max_views', integer(1, 100)) ?? 1,
  publicUrl: delivery.optional('public_url', httpUrl, { env: 'PUBLIC_URL' }) ?? 'http://localhost:8000',
});

/** Passwords that published sample files contain. */
const PLACEHOLDER = /^change-me/;

const warningsOf = (file: Pick<KeyledgerFile, 'admin' | 'mcp' | 'smtp'>): string[] => [
  ...(PLACEHOLDER.test(file.admin.password ?? '')
    ? ['admin.password is the one of the sample file; choose another']
    : []),
  ...(PLACEHOLDER.test(file.mcp.apiKey ?? '') ? ['mcp.api_key is the one of the sample file; choose another'] : []),
  ...(file.smtp?.verifySsl === false
    ? ['smtp.verify_ssl is off: anyone on the way to the mail server can read mails']
    : []),
];

/** Reads every section and reports the keys that belong to none. */
export const readSections = (root: Section, env: Env): KeyledgerFile => {
  const within = <T>(key: string, read: (section: Section) => T): T => {
    const section = root.section(key);
    const result = read(section);
    section.end();
    return result;
  };
  const approval = within('approval', readApproval);
  const corsOrigins = root.list('cors_origins', 'a list of origins', httpUrl) ?? [];
  const issuers = readIssuers(root);
  const read = {
    admin: within('admin', readAdmin),
    mcp: within('mcp', (mcp) => ({ apiKey: mcp.optional('api_key', secret, { env: 'MCP_API_KEY' }) })),
    litellm: within('litellm', readLiteLlm),
    models: readModels(root, 'models', readModel),
    featuredModels: readModels(root, 'featured_models', readFeaturedModel),
    smtp: within('smtp', readSmtp),
    approval,
    approvalPlugins: readApprovalPlugins(root, approval),
    issuers: issuers.configured,
    issuing: within('issuing', (issuing) => readIssuing(issuing, ['litellm', ...issuers.names])),
    leases: within('leases', readLeases),
    delivery: within('delivery', readDelivery),
    corsOrigins: envList(env, 'CORS_ORIGINS') ?? corsOrigins,
  };
  root.end();
  return { ...read, warnings: warningsOf(read) };
};
