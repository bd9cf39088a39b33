import { describe, expect, it } from '@jest/globals';
import { ConfigErrors } from '../config-error.ts';
import { readKeyledgerText } from './load-keyledger-file.ts';

const errorsOf = (yaml: string): ConfigErrors => {
  try {
    readKeyledgerText('keyledger.yaml', yaml, {});
  } catch (error) {
    if (error instanceof ConfigErrors) return error;
    throw error;
  }
  throw new Error('The file was accepted');
};

const messages = (yaml: string): readonly string[] => errorsOf(yaml).errors.map(({ message }) => message);

/** A rule with the given lines behind its name, as the only one of the chain. */
const chain = (...rule: readonly string[]): string =>
  ['approval_plugins:', `  - ${rule[0]}`, ...rule.slice(1).map((line) => `    ${line}`)].join('\n');

describe('a chain with a broken rule is refused as a whole', () => {
  it.each<[string, string, string]>([
    [
      'one pattern instead of a list, which other readers take apart into characters',
      chain('name: whitelist', 'config:', '  list: "ollama/*"'),
      'keyledger.yaml:4: approval_plugins[0].config.list: expected a list of patterns, found text',
    ],
    [
      'no patterns',
      chain('name: blacklist', 'config: { list: [] }'),
      'keyledger.yaml:3: approval_plugins[0].config.list: expected a list of patterns, found an empty list',
    ],
    [
      'no configuration',
      chain('name: email'),
      'keyledger.yaml:2: approval_plugins[0].config.pattern: expected a pattern as text, found nothing',
    ],
    [
      'a pattern that is a number',
      chain('name: whitelist', 'config:', '  list:', '    - ok', '    - 4'),
      'keyledger.yaml:6: approval_plugins[0].config.list[1]: expected a pattern as text, found a number',
    ],
    [
      'an empty pattern',
      chain('name: humanintheloop', 'config:', '  email: a@example.com', '  patterns: [""]'),
      'keyledger.yaml:5: approval_plugins[0].config.patterns[0]: expected a pattern as text, found nothing',
    ],
    [
      'a mistyped name',
      chain('name: whitlist', 'config: {}'),
      'keyledger.yaml:2: approval_plugins[0].name: is not a rule; did you mean "whitelist"?',
    ],
    [
      'an unknown name',
      chain('name: quorum', 'config: {}'),
      'keyledger.yaml:2: approval_plugins[0].name: is not a rule; known here: whitelist, blacklist, email, http, humanintheloop',
    ],
    ['no name', chain('config: {}'), 'keyledger.yaml:2: approval_plugins[0].name: expected text, found nothing'],
    [
      'a rule that is text',
      chain('whitelist'),
      'keyledger.yaml:2: approval_plugins[0]: expected a section with keys, found text',
    ],
    [
      'a webhook that is no web address',
      chain('name: http', 'config:', '  endpoint: example.com/approve'),
      'keyledger.yaml:4: approval_plugins[0].config.endpoint: expected an address that begins with http:// or https://, found text',
    ],
    [
      'an error that would let requests pass',
      chain('name: http', 'on_error: continue', 'config: { endpoint: http://a/ }'),
      'keyledger.yaml:3: approval_plugins[0].on_error: expected one of "retry", "review", "deny", found text',
    ],
    [
      'two answers to an error',
      chain('name: http', 'on_error: deny', 'config: { endpoint: http://a/, onError: review }'),
      'keyledger.yaml:3: approval_plugins[0].on_error: is set twice; say it once',
    ],
    [
      'a mistyped setting of a rule',
      chain('name: http', 'config:', '  endpoint: http://a/', '  timout: 5s'),
      'keyledger.yaml:5: approval_plugins[0].config.timout: is not a setting; did you mean "timeout"?',
    ],
    [
      'a reviewer without an address',
      chain('name: humanintheloop', 'config:', '  email: the boss', '  patterns: [a]'),
      'keyledger.yaml:4: approval_plugins[0].config.email: expected an e-mail address, found text',
    ],
    [
      'a chain that is no list',
      'approval_plugins:\n  whitelist: {}\n',
      'keyledger.yaml:1: approval_plugins: expected a list of rules, each with name and config, found a section with keys',
    ],
  ])('%s', (_, yaml, message) => {
    expect(messages(yaml)).toEqual([message]);
  });
});

describe('other mistakes', () => {
  it.each<[string, string, string]>([
    ['a mistyped section', 'litelm: {}', 'keyledger.yaml:1: litelm: is not a setting; did you mean "litellm"?'],
    [
      'a camelCase key',
      'admin:\n  userName: a\n',
      'keyledger.yaml:2: admin.userName: is not a setting; did you mean "username"?',
    ],
    [
      'a duration without a unit',
      'approval:\n  queue_interval: 5\n',
      'keyledger.yaml:2: approval.queue_interval: expected a duration such as "30s", "5m", "72h" or "30d", found a number',
    ],
    [
      'a key copied with its quotes',
      `litellm:\n  api_key: '"sk-1234567890"'\n`,
      'keyledger.yaml:2: litellm.api_key: expected a key of one line, of letters, digits and signs, without spaces or quotes around it, found text',
    ],
    [
      'a model without an id',
      'models:\n  - title: x\n',
      'keyledger.yaml:2: models[0].id: expected text, found nothing',
    ],
    [
      'two models of one id',
      'models:\n  - id: a\n  - id: b\n  - id: a\n',
      'keyledger.yaml:4: models[2].id: is used twice; the first time in line 2',
    ],
    [
      'a schedule that is no duration',
      'leases:\n  read_usage_every: hourly\n',
      'keyledger.yaml:2: leases.read_usage_every: expected a duration such as "30s", "5m", "72h" or "30d", found text',
    ],
    [
      'a threshold that is no number',
      'leases:\n  thresholds:\n    - 50\n    - most\n',
      'keyledger.yaml:4: leases.thresholds[1]: expected a whole number of percent from 1 to 1000, found text',
    ],
    [
      'a reminder twice',
      'leases:\n  remind_before: [3d, 72h]\n',
      'keyledger.yaml:2: leases.remind_before: names the same value twice',
    ],
    [
      'a time without use that is a list',
      'leases:\n  unused_after: [30d]\n',
      'keyledger.yaml:2: leases.unused_after: expected a duration such as "30s", "5m", "72h" or "30d", found a list',
    ],
    ['a section that is a number', 'smtp: 25', 'keyledger.yaml:1: smtp: expected a section with keys, found a number'],
    ['a file that is a list', '- a\n- b\n', 'keyledger.yaml:1: expected a section with keys, found a list'],
    [
      'two kinds of encryption at once',
      'smtp:\n  host: a\n  use_tls: true\n  start_tls: true\n',
      'keyledger.yaml:4: smtp.start_tls: is set together with use_tls; a connection is encrypted from its beginning or upgraded later',
    ],
    [
      'a key twice',
      'admin: {}\nsmtp: {}\nadmin: {}\n',
      'keyledger.yaml:3: not valid YAML: expected each key once in its section',
    ],
    ['a tab', 'admin:\n\tusername: a\n', 'keyledger.yaml:2: not valid YAML: expected spaces for indentation, not tabs'],
  ])('%s', (_, yaml, message) => {
    expect(messages(yaml)).toEqual([message]);
  });

  it('are reported together, in the order of lines', () => {
    const errors = errorsOf('models:\n  - id: 7\nsmtp: { prot: 25 }\napproval_plugins: [{ name: email }]\n');
    expect(errors.toString()).toBe(
      [
        'The configuration has 3 problems:',
        '  keyledger.yaml:2: models[0].id: expected text, found a number',
        '  keyledger.yaml:3: smtp.prot: is not a setting; did you mean "port"?',
        '  keyledger.yaml:4: approval_plugins[0].config.pattern: expected a pattern as text, found nothing',
      ].join('\n'),
    );
    expect(errors.errors[1]).toMatchObject({ file: 'keyledger.yaml', line: 3, key: 'smtp.prot' });
  });

  it.each([
    'admin:\n  password: *canary-1234\n',
    'admin:\n  password: @canary-1234\n',
    'admin:\n  password: "canary-1234\\q"\n',
    'admin:\n  password: "canary-1234\n',
    'admin:\n  password: [canary-1234]\n',
    'admin:\n  password: " canary-1234"\n',
    'litellm:\n  base_url: canary-1234\n',
    'admin: canary-1234\n',
  ])('never show the value that is wrong (%#)', (yaml) => {
    const text = `${errorsOf(yaml).toString()} ${JSON.stringify(errorsOf(yaml).errors)} ${errorsOf(yaml).stack}`;
    expect(text).toMatch(/keyledger\.yaml:[1-3]/);
    expect(text).not.toContain('canary');
  });
});

describe('anchors and aliases', () => {
  it('work within known settings', () => {
    const { approvalPlugins } = readKeyledgerText(
      'keyledger.yaml',
      'approval_plugins:\n  - name: whitelist\n    config: &all\n      list: [a]\n  - name: blacklist\n    config: *all\n',
      {},
    );
    expect(approvalPlugins.map(({ config }) => config)).toEqual([{ list: ['a'] }, { list: ['a'] }]);
  });
});
