import type { RevealedKey } from '../application/reveal-key.ts';

/** The address as OpenAI clients want it: with the version at its end. */
export const baseUrlOf = (gatewayUrl: string): string => {
  const url = gatewayUrl.replace(/\/+$/, '');
  return /\/v\d+$/.test(url) ? url : `${url}/v1`;
};

const shellQuoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** What people copy from the page. Only the first holds the key; the others read it from the environment. */
export const snippetsOf = ({ key, gatewayUrl, modelIds }: RevealedKey): { title: string; text: string }[] => {
  const model = modelIds[0] ?? 'MODEL';
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] });
  return [
    {
      title: 'Environment',
      text: `export OPENAI_API_KEY=${shellQuoted(key)}\nexport OPENAI_BASE_URL=${shellQuoted(baseUrlOf(gatewayUrl))}`,
    },
    {
      title: 'curl',
      text: [
        'curl "$OPENAI_BASE_URL/chat/completions"',
        '-H "Authorization: Bearer $OPENAI_API_KEY"',
        "-H 'Content-Type: application/json'",
        `-d ${shellQuoted(body)}`,
      ].join(' \\\n  '),
    },
  ];
};
