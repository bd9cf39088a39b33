import { describe, expect, it } from '@jest/globals';
import { goldenContract } from '@keyledger/messaging/testing';
import * as contract from './index.ts';
import { golden } from './testing/golden.ts';

goldenContract(contract, golden);

describe('no message of the vault', () => {
  it('has a field for a key', () => {
    const text = golden.names.map((file) => JSON.stringify(golden.operation(file))).join('');
    expect(text).not.toMatch(/"(key|secret|plaintext|ciphertext|token)":/);
  });
});
