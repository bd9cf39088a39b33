import { describe, expect, it } from '@jest/globals';
import { baseUrlOf, snippetsOf } from './snippets.ts';

describe('the address that clients are given', () => {
  it.each([
    ['https://llm.example.org', 'https://llm.example.org/v1'],
    ['https://llm.example.org/', 'https://llm.example.org/v1'],
    ['https://llm.example.org/v1/', 'https://llm.example.org/v1'],
    ['https://example.org/llm', 'https://example.org/llm/v1'],
  ])('of %s is %s', (gatewayUrl, baseUrl) => {
    expect(baseUrlOf(gatewayUrl)).toBe(baseUrl);
  });
});

describe('snippets to copy', () => {
  const revealed = { gatewayUrl: 'http://llm', modelIds: ["it's/a-model"], keyExpiresAt: undefined };

  it('quote for the shell, and name the key once', () => {
    const [environment, curl] = snippetsOf({ ...revealed, key: "sk-it's $(date)" });
    expect(environment?.text).toBe(
      "export OPENAI_API_KEY='sk-it'\\''s $(date)'\nexport OPENAI_BASE_URL='http://llm/v1'",
    );
    expect(curl?.text).not.toContain('sk-');
    expect(curl?.text).toContain(`it'\\''s/a-model`);
  });
});
