import { describe, it } from '@jest/globals';
import { specify } from '@keyledger/event-sourcing/testing';
import { secret } from './secret.decider.ts';
import { secretSealed, secretSubmitted } from './secret.examples.ts';
import type { DiscardCopies, SecretEvent } from './secret.messages.ts';

const given = specify(secret.decider);

const { secretId, envelope } = secretSealed.data;
const now = '2026-11-22T08:00:00.000Z';

const discard: DiscardCopies = { type: 'DiscardCopies', data: { secretId, versions: [1, 2], now } };

const shredded: SecretEvent = {
  type: 'SecretShredded',
  data: { secretId, versions: [1], dataKeyIds: [envelope.dataKeyId], isWhole: false, shreddedAt: now },
};

describe('DiscardCopies', () => {
  it('shreds those that are there', () => given(secretSealed).when(discard).then(shredded));

  it('is ignored when they are shredded already, or nothing was ever sealed', () => {
    given(secretSealed, shredded).when(discard).thenIgnored();
    given().when(discard).thenIgnored();
  });

  it('is refused for what somebody keeps here', () =>
    given(secretSubmitted).when(discard).thenRefused('not-permitted'));
});
