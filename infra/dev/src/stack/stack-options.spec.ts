import { describe, expect, it } from '@jest/globals';
import { checkConfiguration, parseScale } from './stack-options.ts';

describe('--scale', () => {
  it('names services and how many of each', () => {
    expect(parseScale(['vault=2', 'approval=3'])).toEqual({ vault: 2, approval: 3 });
  });

  it.each(['vault', 'vault=', 'vault=0', 'vault=10', 'vault=1.5', 'vault=2=3', 'safe=2'])('refuses %s', (text) => {
    expect(() => parseScale([text])).toThrow(`--scale ${text}: expected <service>=<1 to 9>, with one of registry`);
  });
});

describe('the configuration', () => {
  it('is refused with all that is wrong in it', () => {
    const environment = { APPROVAL_QUEUE_INTERVAL: 'soon', SMTP_PORT: 'x', SMTP_HOST: 'h' };
    expect(() => checkConfiguration(environment, undefined)).toThrow(/The configuration has 2 problems:\n {2}.*\n {2}/);
  });
});
