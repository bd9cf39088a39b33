import { oneLine } from './plain-text.ts';

/** What templates may call besides printing values. */
export interface TemplateFunctions {
  /** A moment for people, in UTC. */
  readonly moment: (iso: string) => string;
  /** Somebody's words in a text mail, set apart from ours by `> `. */
  readonly quote: (words: string) => string;
  readonly line: (words: string) => string;
  /** The address that OpenAI-compatible clients take as their base. */
  readonly baseUrl: (gatewayUrl: string) => string;
}

export const templateFunctions = (locale: string): TemplateFunctions => {
  const format = new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: 'UTC',
  });
  return {
    moment: (iso) => `${format.format(new Date(iso))} UTC`,
    quote: (words) =>
      words
        .split('\n')
        .map((part) => `> ${part}`)
        .join('\n'),
    line: oneLine,
    baseUrl: (gatewayUrl) => {
      const url = oneLine(gatewayUrl).replace(/\/+$/, '');
      return /\/v\d+$/.test(url) ? url : `${url}/v1`;
    },
  };
};
