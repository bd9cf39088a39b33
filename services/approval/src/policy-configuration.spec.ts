import { describe, expect, it } from '@jest/globals';
import { readKeyledgerText } from '@keyledger/config';
import { rulesOf, webhooksOf } from './policy-configuration.ts';

/** The chain of LLM Key Requestor's README. */
const documented = `
approval_plugins:
  - name: whitelist
    config:
      list:
        - "ollama/*"
        - "llama-*"
  - name: email
    config:
      pattern: "*@example.com"
  - name: blacklist
    config:
      list:
        - "grok/*"
  - name: http
    config:
      endpoint: "https://api.example.com/approve"
  - name: humanintheloop
    config:
      email: "admin@example.com"
      patterns:
        - "claude*"
        - "gpt-4*"
`;

const pluginsIn = (text: string) => readKeyledgerText('keyledger.yaml', text, {}).approvalPlugins;

describe('the configured chain', () => {
  it('becomes rules in its order', () =>
    expect(rulesOf(pluginsIn(documented))).toMatchObject([
      { rule: 'whitelist', patterns: ['ollama/*', 'llama-*'] },
      { rule: 'email', pattern: '*@example.com' },
      { rule: 'blacklist', patterns: ['grok/*'] },
      { rule: 'http', endpoint: 'https://api.example.com/approve', timeoutMs: 5_000, isSigned: false },
      { rule: 'humanintheloop', patterns: ['claude*', 'gpt-4*'], reviewer: 'admin@example.com' },
    ]));

  it('has a webhook at the place of each http rule, and nowhere else', () =>
    expect([...webhooksOf(pluginsIn(documented), () => new Date()).keys()]).toEqual([3]));

  it('waits for an unreachable webhook unless it says otherwise', () => {
    const onErrors = ['', '    on_error: review\n', '    on_error: deny\n', '    on_error: retry\n'].map((line) => {
      const text = `approval_plugins:\n  - name: http\n${line}    config:\n      endpoint: "https://a.example.com/"\n`;
      return rulesOf(pluginsIn(text))[0];
    });
    expect(onErrors).toMatchObject(['retry', 'review', 'deny', 'retry'].map((onError) => ({ onError })));
  });

  it('keeps credentials and the secret out of the rules', () => {
    const text = `
approval_plugins:
  - name: http
    config:
      endpoint: "https://policy.example.com/approve?token=canary"
      secret: "canary-0123456789"
`;
    const rules = rulesOf(pluginsIn(text));
    expect(rules).toMatchObject([{ endpoint: 'https://policy.example.com/approve', isSigned: true }]);
    expect(JSON.stringify(rules)).not.toContain('canary');
  });
});
