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
});
