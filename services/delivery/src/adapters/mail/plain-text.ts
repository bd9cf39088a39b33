/** Control characters but line feed and tab, and the marks that turn the direction of what follows around. */
const UNSEEN = /[\p{Cc}\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/gu;

/** Text as people read it: what would act on the display, a terminal or the protocol is taken out. */
export const asText = (value: string): string =>
  value
    .replace(/\r\n?|\u2028|\u2029/g, '\n')
    .replace(UNSEEN, (found) => (found === '\n' || found === '\t' ? found : ''));

export const oneLine = (value: string): string => asText(value).replace(/\s+/g, ' ').trim();
