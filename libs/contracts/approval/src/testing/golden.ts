import { readdirSync, readFileSync } from 'node:fs';

const directory = new URL('../../golden/', import.meta.url);

/** An event as it was published by some release; once there, a file is never changed. */
export interface GoldenEvent {
  readonly subject: string;
  readonly version: number;
  readonly data: unknown;
}

/** A command or query with the replies that it may get. */
export interface GoldenOperation {
  readonly subject: string;
  readonly input: unknown;
  readonly replies: readonly unknown[];
}

export const goldenFiles = (): readonly string[] => readdirSync(directory).sort();

export const goldenEvent = (file: string): GoldenEvent => read(file) as GoldenEvent;

export const goldenOperation = (file: string): GoldenOperation => read(file) as GoldenOperation;

const read = (file: string): unknown => JSON.parse(readFileSync(new URL(file, directory), 'utf8'));
