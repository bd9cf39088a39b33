import { describe, expect, it } from '@jest/globals';
import { readdirSync } from 'node:fs';
import type { Provider } from './connection-test.ts';
import { exampleAnswers } from './provider-answers.examples.ts';
import { providers } from './providers.ts';

const folder = new URL('./', import.meta.url);

const isProvider = (value: unknown): value is Provider =>
  typeof value === 'object' && value !== null && 'authenticate' in value && 'complete' in value;

describe('the list of providers', () => {
  it('has every provider that has a file', async () => {
    const files = readdirSync(folder).filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'));
    const modules = await Promise.all(files.map((file) => import(new URL(file, folder).href) as Promise<object>));
    const written = modules.flatMap((module) => Object.values(module) as unknown[]).filter(isProvider);
    expect(new Set(providers)).toEqual(new Set(written));
  });

  it.each(providers.map(({ name }) => name))('has documented answers of %s', (name) =>
    expect(exampleAnswers.some(({ provider }) => provider === name)).toBe(true),
  );
});
