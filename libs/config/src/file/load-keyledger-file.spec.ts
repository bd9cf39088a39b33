import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConfigErrors } from '../config-error.ts';
import type { Env } from '../env.ts';
import type { KeyledgerFile } from './keyledger-file.ts';
import { loadKeyledgerFile, readKeyledgerText } from './load-keyledger-file.ts';

const read = (yaml: string, env: Env = {}): KeyledgerFile => readKeyledgerText('keyledger.yaml', yaml, env);

/** The printed messages of everything that is wrong. */
const problems = (yaml: string, env: Env = {}): readonly string[] => {
  try {
    read(yaml, env);
    return [];
  } catch (error) {
    if (error instanceof ConfigErrors) return error.errors.map(({ message }) => message);
    throw error;
  }
};

describe('a file of LLM Key Requestor', () => {
  const file = read(
    `
mcp:
  api_key: "change-me-now"
admin:
  username: "operator"
  password: "change-me-in-production"
litellm:
  base_url: "http://litellm:4000/"
  gateway_url: ""
  api_key: ""
  enable_litellm_models: true
featured_models:
  - id: "claude"
    title: "Data protection"
    subtitle: "Claude"
    description: "For sensitive work"
    documentation_link: "https://docs.example.com/claude"
    icon: "simple-icons:anthropic"
    color: "#D4A574"
models:
  - id: "gpt"
    title: "GPT"
    icon: "simple-icons:openai"
    color: "#412991"
    description: "General purpose"
  - id: "bare"
smtp:
  host: "mail"
  port: 2525
  user: ""
  password: ""
  from: "noreply@example.com"
  use_tls: false
  start_tls: yes
  verify_ssl: false
approval:
  queue_interval: "5m"
approval_plugins:
  - name: whitelist
    config:
      list: ["ollama/*", "llama-*"]
  - name: email
    config:
      pattern: "*@example.com"
  - name: blacklist
    config:
      list: ["grok/*"]
  - name: http
    config:
      endpoint: "https://api.example.com/approve?team=a"
      timeout: 3
  - name: humanintheloop
    config:
      email: "reviewer@example.com"
      patterns: ["claude*"]
`,
  );

  it('gives models, featured models and the mail server under camelCase names', () => {
    expect(file.models).toEqual([
      {
        id: 'gpt',
        title: 'GPT',
        icon: 'simple-icons:openai',
        color: '#412991',
        description: 'General purpose',
      },
      { id: 'bare', title: 'bare' },
    ]);
    expect(file.featuredModels).toEqual([
      expect.objectContaining({ subtitle: 'Claude', documentationLink: 'https://docs.example.com/claude' }),
    ]);
    expect(file.smtp).toEqual({
      host: 'mail',
      port: 2525,
      from: 'noreply@example.com',
      useTls: false,
      startTls: true,
      verifySsl: false,
    });
  });

  it('takes empty text as not set, and the base address for the gateway address then', () => {
    expect(file.litellm).toEqual({
      baseUrl: 'http://litellm:4000',
      gatewayUrl: 'http://litellm:4000',
      apiKey: undefined,
      enableModels: true,
    });
  });

  it('gives the chain in its order, with the line of each rule', () => {
    expect(file.approvalPlugins.map(({ name, line, onError }) => ({ name, line, onError }))).toEqual([
      { name: 'whitelist', line: 39, onError: 'retry' },
      { name: 'email', line: 42, onError: 'retry' },
      { name: 'blacklist', line: 45, onError: 'retry' },
      { name: 'http', line: 48, onError: 'retry' },
      { name: 'humanintheloop', line: 52, onError: 'retry' },
    ]);
    expect(file.approvalPlugins[0]?.config).toEqual({ list: ['ollama/*', 'llama-*'] });
    expect(file.approvalPlugins[3]?.config).toEqual({
      endpoint: 'https://api.example.com/approve?team=a',
      timeoutMs: 3_000,
      secret: undefined,
      allowPrivate: [],
    });
  });

  it('warns of the passwords of the sample and of unchecked certificates', () => {
    expect(file.warnings).toEqual([
      'admin.password is the one of the sample file; choose another',
      'mcp.api_key is the one of the sample file; choose another',
      'smtp.verify_ssl is off: anyone on the way to the mail server can read mails',
    ]);
  });
});

describe('an empty file', () => {
  it('gives the defaults: nothing approved, no password, no mail server', () => {
    expect(read('')).toEqual({
      warnings: [],
      admin: { username: 'admin', password: undefined },
      mcp: { apiKey: undefined },
      litellm: { baseUrl: undefined, gatewayUrl: undefined, apiKey: undefined, enableModels: false },
      models: [],
      featuredModels: [],
      smtp: undefined,
      approval: {
        queueIntervalMs: 30_000,
        reviewExpiresAfterMs: 1_209_600_000,
        webhookTimeoutMs: 5_000,
        webhookRetries: 10,
      },
      approvalPlugins: [],
      issuers: [],
      issuing: {
        defaultDurationMs: 2_592_000_000,
        maxGracePeriodMs: 604_800_000,
        maxDurationMs: undefined,
        defaultBudget: undefined,
        maxBudget: undefined,
        limits: [],
        giveUpAfterMs: 900_000,
      },
      leases: {
        reconcileEveryMs: 3_600_000,
        readUsageEveryMs: 900_000,
        thresholds: [50, 80, 100],
        unusedAfterMs: 2_592_000_000,
        remindBeforeMs: [1_209_600_000, 259_200_000, 86_400_000],
      },
      delivery: { linkExpiresAfterMs: 259_200_000, maxViews: 1, publicUrl: 'http://localhost:8000' },
      corsOrigins: [],
    });
  });

  it('is the same when every section is there without a value', () => {
    expect(read('approval_plugins:\nmodels:\nlitellm:\nsmtp: ""\n')).toEqual(read(''));
  });
});

describe("Keyledger's own sections", () => {
  it('read durations, budgets and the settings of webhooks', () => {
    const file = read(`
issuing: { default_duration: 7d, max_duration: 90d, default_budget: 5, max_budget: 12.5, give_up_after: 1h }
approval: { review_expires_after: 48h, webhook_timeout: 2s, webhook_retries: 3 }
leases:
  { reconcile_every: 30m, read_usage_every: 5m, thresholds: [90, 75], unused_after: 14d, remind_before: [7d, 12h] }
delivery: { link_expires_after: 12h, max_views: 2, public_url: https://keys.example.com/ }
cors_origins: [https://portal.example.com]
approval_plugins:
  - name: http
    on_error: retry
    config: { endpoint: http://10.0.0.8/hook, secret: hmac-secret, allow_private: [10.0.0.8] }
  - name: whitelist
    config: { list: [a], onError: deny }
`);
    expect(file.issuing).toEqual({
      defaultDurationMs: 604_800_000,
      maxGracePeriodMs: 604_800_000,
      maxDurationMs: 7_776_000_000,
      defaultBudget: 5,
      maxBudget: 12.5,
      limits: [],
      giveUpAfterMs: 3_600_000,
    });
    expect(file.leases).toEqual({
      reconcileEveryMs: 1_800_000,
      readUsageEveryMs: 300_000,
      thresholds: [90, 75],
      unusedAfterMs: 1_209_600_000,
      remindBeforeMs: [604_800_000, 43_200_000],
    });
    expect(file.delivery.publicUrl).toBe('https://keys.example.com');
    expect(file.corsOrigins).toEqual(['https://portal.example.com']);
    expect(file.approvalPlugins).toEqual([
      {
        name: 'http',
        config: {
          endpoint: 'http://10.0.0.8/hook',
          timeoutMs: 2_000,
          secret: 'hmac-secret',
          allowPrivate: ['10.0.0.8'],
        },
        onError: 'retry',
        line: 9,
      },
      { name: 'whitelist', config: { list: ['a'] }, onError: 'deny', line: 12 },
    ]);
  });

  it('does not let a default pass its own bound', () => {
    expect(read('issuing: { max_duration: 7d }').issuing).toMatchObject({ defaultDurationMs: 604_800_000 });
    expect(problems('issuing:\n  max_duration: 7d\n  default_duration: 8d\n')).toEqual([
      'keyledger.yaml:3: issuing.default_duration: expected a duration not longer than max_duration, found a longer one',
    ]);
  });
});

describe('variables', () => {
  const yaml = 'litellm: { base_url: http://file, api_key: sk-of-file }\nsmtp: { host: file, port: 25 }';

  it('win over the file under the names of LLM Key Requestor', () => {
    const file = read(yaml, {
      LITELLM_BASE_URL: 'http://litellm:4000',
      LITELLM_API_KEY: 'sk-of-environment',
      LITELLM_GATEWAY_URL: 'https://llm.example.com',
      ENABLE_LITELLM_MODELS: 'TRUE',
      APPROVAL_QUEUE_INTERVAL: '1m',
      ADMIN_USERNAME: 'root',
      ADMIN_PASSWORD: 'a long one',
      MCP_API_KEY: 'mcp',
      SMTP_HOST: 'mail',
      SMTP_PORT: '465',
      SMTP_USER: 'me',
      SMTP_PASSWORD: 'pass',
      SMTP_FROM: 'Keys <keys@example.com>',
      SMTP_USE_TLS: 'true',
      SMTP_START_TLS: 'false',
      SMTP_VERIFY_SSL: '1',
      CORS_ORIGINS: 'http://localhost:5173;http://localhost:5174',
      PUBLIC_URL: 'https://keys.example.com',
      PYTHONUNBUFFERED: '1',
    });
    expect(file.litellm).toEqual({
      baseUrl: 'http://litellm:4000',
      gatewayUrl: 'https://llm.example.com',
      apiKey: 'sk-of-environment',
      enableModels: true,
    });
    expect(file.approval.queueIntervalMs).toBe(60_000);
    expect(file.admin).toEqual({ username: 'root', password: 'a long one' });
    expect(file.smtp).toEqual({
      host: 'mail',
      port: 465,
      user: 'me',
      password: 'pass',
      from: 'Keys <keys@example.com>',
      useTls: true,
      startTls: false,
      verifySsl: true,
    });
    expect(file.corsOrigins).toEqual(['http://localhost:5173', 'http://localhost:5174']);
    expect(file.delivery.publicUrl).toBe('https://keys.example.com');
  });

  it('that are empty leave the file as it is', () => {
    expect(read(yaml, { LITELLM_API_KEY: '', SMTP_PORT: '' })).toEqual(read(yaml));
  });

  it('that are wrong are named, together with what is wrong in the file', () => {
    expect(problems('smtp:\n  port: many\n', { ENABLE_LITELLM_MODELS: 'maybe', SMTP_PORT: '99999' })).toEqual([
      'ENABLE_LITELLM_MODELS: expected true or false, found text',
      'SMTP_PORT: expected a whole number from 1 to 65535, found text',
      'keyledger.yaml:2: smtp.port: expected a whole number from 1 to 65535, found text',
    ]);
  });
});

describe('the path of the file', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'keyledger-config-'));
  const file = path.join(directory, 'some.yaml');
  beforeAll(() => writeFileSync(file, 'admin:\n  username: someone\n'));
  afterAll(() => rmSync(directory, { recursive: true }));

  it.each(['CONFIG', 'CONFIG_FILE'])('is given by %s', (name) => {
    expect(loadKeyledgerFile({ [name]: file }).admin.username).toBe('someone');
  });

  it('may be given twice when it is the same', () => {
    expect(
      loadKeyledgerFile({ CONFIG: file, CONFIG_FILE: path.join(directory, '.', 'some.yaml') }).admin.username,
    ).toBe('someone');
    expect(() => loadKeyledgerFile({ CONFIG: file, CONFIG_FILE: '/other.yaml' })).toThrow(
      'CONFIG: names another file than CONFIG_FILE; set one of them',
    );
  });

  it('must lead to a file that can be read', () => {
    expect(() => loadKeyledgerFile({ CONFIG: path.join(directory, 'none.yaml') })).toThrow(
      /none\.yaml: expected a file that can be read, found ENOENT$/,
    );
  });
});
