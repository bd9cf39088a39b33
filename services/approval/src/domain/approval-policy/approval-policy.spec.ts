import { describe, it } from '@jest/globals';
import { specify } from '@keyledger/event-sourcing/testing';
import { approvalPolicy, type PolicyEvent, type PublishPolicy } from './approval-policy.ts';

const given = specify(approvalPolicy);
const now = '2026-01-05T08:00:00.000Z';
const rules: PolicyEvent['data']['rules'] = [{ rule: 'email', pattern: '*@example.com' }];

const publish = (contentHash: string): PublishPolicy => ({ type: 'PublishPolicy', data: { contentHash, rules, now } });
const published = (version: number, contentHash: string): PolicyEvent => ({
  type: 'PolicyPublished',
  data: { version, contentHash, rules, publishedAt: now },
});

describe('PublishPolicy', () => {
  it('begins with version 1', () => given().when(publish('a')).then(published(1, 'a')));

  it('gives a changed policy the next version', () =>
    given(published(1, 'a')).when(publish('b')).then(published(2, 'b')));

  it('is ignored while nothing changed', () =>
    given(published(1, 'a'), published(2, 'b')).when(publish('b')).thenIgnored());

  it('gives an earlier policy that returns a version of its own', () =>
    given(published(1, 'a'), published(2, 'b')).when(publish('a')).then(published(3, 'a')));
});
