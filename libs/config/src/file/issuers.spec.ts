import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ConfigErrors } from '../config-error.ts';
import type { Env } from '../env.ts';
import { readKeyledgerText } from './load-keyledger-file.ts';

const read = (yaml: string, env: Env = {}) => readKeyledgerText('keyledger.yaml', yaml, env).issuers;

const problems = (yaml: string, env: Env = {}): readonly string[] => {
  try {
    read(yaml, env);
  } catch (error) {
    if (error instanceof ConfigErrors) return error.errors.map(({ message }) => message);
    throw error;
  }
  throw new Error('The file was accepted');
};

const SECRET_ID = '01930f5e-8200-7c4e-9d5a-2f8f4f0f6d11';

const all = `
issuers:
  - name: openrouter
    kind: openrouter
    models: ['openrouter/*']
    workspace: 3f1d6f8e-6d0a-4a34-9f57-0c2f0a5b1c11
  - name: openai-research
    kind: openai
    api_key: sk-admin-0123456789
    project: proj_abc
    models: [gpt-4o, 'o?']
    gateway_url: https://llm.example.com/openai/
    timeout: 30s
  - name: team-pool
    kind: static
    models: [mistral-large]
    gateway_url: https://api.mistral.ai/v1
    secrets: [${SECRET_ID}]
  - name: anthropic
    kind: custodian
    models: ['claude-*']
    gateway_url: https://api.anthropic.com
    instruction: Create a key in the Console, workspace Keys.
    provider: anthropic
`;

describe('the issuers besides LiteLLM', () => {
  it('are none when nothing is said', () => expect(read('admin: {}\n')).toEqual([]));

  it('are read in their order, each by its kind', () => {
    expect(read(all)).toEqual([
      {
        kind: 'openrouter',
        name: 'openrouter',
        models: ['openrouter/*'],
        baseUrl: 'https://openrouter.ai/api/v1',
        gatewayUrl: 'https://openrouter.ai/api/v1',
        apiKey: undefined,
        timeoutMs: 10_000,
        workspaceId: '3f1d6f8e-6d0a-4a34-9f57-0c2f0a5b1c11',
      },
      {
        kind: 'openai',
        name: 'openai-research',
        models: ['gpt-4o', 'o?'],
        baseUrl: 'https://api.openai.com/v1',
        gatewayUrl: 'https://llm.example.com/openai',
        apiKey: 'sk-admin-0123456789',
        timeoutMs: 30_000,
        projectId: 'proj_abc',
      },
      {
        kind: 'static',
        name: 'team-pool',
        models: ['mistral-large'],
        gatewayUrl: 'https://api.mistral.ai/v1',
        secretIds: [SECRET_ID],
        isShared: false,
      },
      {
        kind: 'custodian',
        name: 'anthropic',
        models: ['claude-*'],
        gatewayUrl: 'https://api.anthropic.com',
        instruction: 'Create a key in the Console, workspace Keys.',
        provider: 'anthropic',
        baseUrl: undefined,
      },
    ]);
  });

  it('have their keys in variables that are called by their names', () => {
    const [openrouter, openai] = read(all, {
      ISSUER_OPENROUTER_API_KEY: 'sk-or-v1-abc',
      ISSUER_OPENAI_RESEARCH_API_KEY: 'sk-admin-other',
    });
    expect([openrouter, openai]).toMatchObject([{ apiKey: 'sk-or-v1-abc' }, { apiKey: 'sk-admin-other' }]);
  });

  it('have their keys in files', () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'keyledger-issuers-'));
    try {
      const file = path.join(directory, 'key');
      writeFileSync(file, 'sk-or-v1-abc\n');
      expect(read(all, { ISSUER_OPENROUTER_API_KEY_FILE: file })[0]).toMatchObject({ apiKey: 'sk-or-v1-abc' });
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

const issuer = (...lines: readonly string[]): string =>
  ['issuers:', '  - name: one', ...lines.map((line) => `    ${line}`), ''].join('\n');

const pool = ['kind: static', 'models: [a]', 'gateway_url: https://a.example'];

const otherPool = `  - name: two\n${[...pool, `secrets: [${SECRET_ID}]`].map((line) => `    ${line}\n`).join('')}`;

it('several may share one key', () => {
  const shared = `${issuer(...pool, `secrets: [${SECRET_ID}]`, 'mode: shared')}${otherPool}    mode: shared\n`;
  expect(read(shared)).toMatchObject([{ secretIds: [SECRET_ID] }, { secretIds: [SECRET_ID] }]);
});

describe('a wrong issuer', () => {
  it.each<[string, string, string]>([
    [
      'of an unknown kind',
      issuer('kind: mistral', 'models: [a]'),
      'keyledger.yaml:3: issuers[0].kind: expected one of "openrouter", "openai", "static", "custodian", found text',
    ],
    [
      'without models',
      issuer('kind: openrouter'),
      'keyledger.yaml:2: issuers[0].models: expected a list of patterns, found an empty list',
    ],
    [
      'with a model that is no pattern here',
      issuer('kind: openrouter', "models: ['gpt-[34]']"),
      'keyledger.yaml:4: issuers[0].models[0]: expected a model id as text, with * and ? for what varies, found text',
    ],
    [
      'without its project',
      issuer('kind: openai', 'models: [a]'),
      'keyledger.yaml:2: issuers[0].project: expected an id of letters, digits, dashes and underscores, found nothing',
    ],
    [
      'with a project that leads elsewhere',
      issuer('kind: openai', 'models: [a]', 'project: ../admin_api_keys'),
      'keyledger.yaml:5: issuers[0].project: expected an id of letters, digits, dashes and underscores, found text',
    ],
    [
      'with a setting of another kind',
      issuer('kind: openrouter', 'models: [a]', 'project: proj_a'),
      'keyledger.yaml:5: issuers[0].project: is not a setting; known here: name, kind, models, base_url, gateway_url, api_key, timeout, workspace',
    ],
    [
      'with secrets that are none',
      issuer('kind: static', 'models: [a]', 'gateway_url: https://a.example', 'secrets: [sk-abc]'),
      'keyledger.yaml:6: issuers[0].secrets[0]: expected the id of a secret, found text',
    ],
    [
      'without an instruction for the custodian',
      issuer('kind: custodian', 'models: [a]', 'gateway_url: https://a.example'),
      'keyledger.yaml:2: issuers[0].instruction: expected text, found nothing',
    ],
    [
      'tried where there is no provider',
      issuer(
        'kind: custodian',
        'models: [a]',
        'gateway_url: https://a.example',
        'instruction: a',
        'base_url: https://a.example',
      ),
      'keyledger.yaml:7: issuers[0].base_url: is the address of a provider; say which by provider',
    ],
    [
      'tried at a provider without an address for everybody',
      issuer(
        'kind: custodian',
        'models: [a]',
        'gateway_url: https://a.example',
        'instruction: a',
        'provider: azure-openai',
      ),
      'keyledger.yaml:2: issuers[0].base_url: expected the address of azure-openai, which has none for everybody, found nothing',
    ],
    [
      'with a name that no variable can have',
      'issuers:\n  - name: One Issuer\n    kind: openrouter\n    models: [a]\n',
      'keyledger.yaml:2: issuers[0].name: expected a name of small letters, digits and dashes, such as openrouter, found text',
    ],
    [
      'with the name of LiteLLM',
      'issuers:\n  - name: litellm\n    kind: openrouter\n    models: [a]\n',
      'keyledger.yaml:2: issuers[0].name: is the issuer that section litellm configures',
    ],
    [
      'with the name of another',
      `${issuer('kind: openrouter', 'models: [a]')}  - name: one\n    kind: openrouter\n    models: [b]\n`,
      'keyledger.yaml:5: issuers[1].name: is used twice; the first time in line 2',
    ],
    [
      'with a password in its address',
      issuer('kind: openrouter', 'models: [a]', 'base_url: https://ada:canary@a.example'),
      'keyledger.yaml:5: issuers[0].base_url: expected an address that begins with http:// or https://, without user and password, found text',
    ],
    [
      'of a pool that names a key twice',
      issuer(...pool, `secrets: [${SECRET_ID}, ${SECRET_ID}]`),
      'keyledger.yaml:6: issuers[0].secrets: names a key that the issuer of line 2 names; a key of a pool is named once',
    ],
    [
      'of a pool with the key of another pool',
      `${issuer(...pool, `secrets: [${SECRET_ID}]`)}${otherPool}`,
      'keyledger.yaml:11: issuers[1].secrets: names a key that the issuer of line 2 names; a key of a pool is named once',
    ],
    [
      'of a pool with a key that others share',
      `${issuer(...pool, `secrets: [${SECRET_ID}]`, 'mode: shared')}${otherPool}`,
      'keyledger.yaml:12: issuers[1].secrets: names a key that the issuer of line 2 names; a key of a pool is named once',
    ],
  ])('%s', (_what, yaml, message) => expect(problems(yaml)).toEqual([message]));

  it('does not have its key repeated', () => {
    const [message] = problems(issuer('kind: openrouter', 'models: [a]', "api_key: ' sk-or-v1-abc'"));
    expect(message).toContain('issuers[0].api_key');
    expect(message).not.toContain('abc');
  });
});
