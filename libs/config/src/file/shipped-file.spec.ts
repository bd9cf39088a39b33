import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { readKeyledgerText } from './load-keyledger-file.ts';

describe('the configuration that is shipped', () => {
  const text = readFileSync(new URL('../../../../keyledger.yaml', import.meta.url), 'utf8');

  it('bounds what a key may be', () =>
    expect(readKeyledgerText('keyledger.yaml', text, {}).issuing).toMatchObject({
      defaultDurationMs: expect.any(Number),
      maxDurationMs: expect.any(Number),
      defaultBudget: expect.any(Number),
      maxBudget: expect.any(Number),
    }));
});
