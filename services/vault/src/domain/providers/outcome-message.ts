import type { Provider, Stage, TestVerdict } from './connection-test.ts';

/** Why a provider gave no answer. */
export const silences = [
  'address-forbidden',
  'not-encrypted',
  'name-unknown',
  'not-trusted',
  'timed-out',
  'too-long',
  'not-connected',
] as const;

export type Silence = (typeof silences)[number];

const ofSilence: Readonly<Record<Silence, string>> = {
  'address-forbidden': 'Its address is none that may be called from here',
  'not-encrypted': 'Its address has to begin with https; http is for hosts that the operator allows',
  'name-unknown': 'There is no host of this name',
  'not-trusted': 'Its certificate is not trusted',
  'timed-out': 'It did not answer in time',
  'too-long': 'Its answer is too long for one of an API',
  'not-connected': 'It cannot be reached',
};

export interface TestReport {
  readonly verdict: TestVerdict;
  /** How far the test came. */
  readonly stage: Stage;
  readonly silence?: Silence | undefined;
}

const inSeconds = (seconds: number | undefined): string =>
  seconds === undefined ? 'in a while' : `in ${seconds} second${seconds === 1 ? '' : 's'}`;

const NOT_THE_KEY = 'This says nothing about the key';

/** What people are told: whether it is the key, and what to do. Holds nothing that the provider wrote. */
export const outcomeMessage = (
  { title, invalidKeyHint }: Provider,
  model: string,
  { verdict, stage, silence }: TestReport,
): string => {
  const { outcome, warning, retryAfterSeconds } = verdict;
  switch (outcome) {
    case 'ok':
      if (warning === 'management-key')
        return `${title} accepts the key, which manages other keys and is not made for chats`;
      return stage === 'complete' ? `${title} accepts the key and answers with ${model}` : `${title} accepts the key`;
    case 'invalid-key': {
      const hint = invalidKeyHint === undefined ? '' : ` ${invalidKeyHint}`;
      return `${title} does not accept the key. Compare it with the one that was given out; it may have been revoked.${hint}`;
    }
    case 'forbidden':
      return `${title} knows the key but does not allow it this. Ask whoever made it for the permission`;
    case 'billing':
      return `${title} knows the key, but there is no credit or quota left for it`;
    case 'rate-limited':
      return `${title} gets too many requests with this key. Try again ${inSeconds(retryAfterSeconds)}`;
    case 'model-unavailable':
      return `${title} has no model ${model === '' ? 'of this name' : model} for this key`;
    case 'bad-request':
      return `${title} did not understand the test. ${NOT_THE_KEY}`;
    case 'unreachable':
      return `${title} gave no answer: ${ofSilence[silence ?? 'not-connected'].toLowerCase()}. ${NOT_THE_KEY}`;
    case 'provider-error':
      return `${title} has a problem of its own. ${NOT_THE_KEY}; try again later`;
    case 'unknown':
      return `What answers at this address does not speak like ${title}. ${NOT_THE_KEY}; look at the address`;
  }
};
