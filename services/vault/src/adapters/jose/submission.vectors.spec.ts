import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { SecretAccess, SecretBytes } from '@keyledger/secrets';
import { jweSubmissionOpener } from './jwe.submission-opener.ts';

interface Case {
  readonly name: string;
  readonly submission: string;
  readonly content?: { readonly value: string; readonly submitter: string };
  readonly failure?: string;
}

/** Made by `envelope.py` with another implementation of the same algorithms. */
const { submissionKey, submissions } = JSON.parse(
  readFileSync(new URL('../../../test/vectors/envelope.json', import.meta.url), 'utf8'),
) as { readonly submissionKey: string; readonly submissions: readonly Case[] };

describe('a submission', () => {
  const open = (submission: string) => {
    using key = SecretBytes.copyOf(Buffer.from(submissionKey, 'base64'));
    return jweSubmissionOpener.open(submission, key);
  };

  it('has vectors of which the greater half are failures', () => {
    expect(submissions.filter(({ failure }) => failure !== undefined).length).toBeGreaterThan(submissions.length / 2);
  });

  it.each(submissions.map((each): [string, Case] => [each.name, each]))(
    '%s',
    async (_name, { submission, content }) => {
      const opened = await open(submission);
      expect(opened && { value: opened.value.revealText(SecretAccess.granted), submitter: opened.submitter }).toEqual(
        content,
      );
    },
  );
});
