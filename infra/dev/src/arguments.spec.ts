import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { inRepository } from '@keyledger/testing';
import { readArguments } from './arguments.ts';

describe('the arguments of npm start', () => {
  it('name a directory for the data, or mean the usual one', () => {
    expect(readArguments([]).dataDirectory).toBe(inRepository('.data'));
    expect(readArguments(['--data', 'elsewhere']).dataDirectory).toBe(path.resolve('elsewhere'));
  });

  it('cannot name nothing', () => {
    expect(() => readArguments(['--data', ''])).toThrow('--data: expected a directory, found nothing');
    expect(() => readArguments(['--data='])).toThrow('--data: expected a directory, found nothing');
  });

  it.each([
    [['--forget'], "Unknown option '--forget'. Options stand behind two dashes, as in"],
    [['vault=2'], "Unexpected argument 'vault=2'. This command does not take positional arguments. Options stand"],
  ])('are named when they mean nothing: %j', (args, message) => {
    expect(() => readArguments(args)).toThrow(message);
  });

  it('are missed when npm took them for its own', () => {
    expect(() => readArguments([], { npm_config_reset: 'true' })).toThrow(
      'npm has kept --reset to itself. Options stand',
    );
  });
});
