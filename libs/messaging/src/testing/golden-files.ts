import { readdirSync, readFileSync } from 'node:fs';

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

/** The golden files of one contract. */
export interface GoldenFiles {
  readonly names: readonly string[];
  event(file: string): GoldenEvent;
  operation(file: string): GoldenOperation;
}

/** `directory` ends with a slash. */
export const goldenFiles = (directory: URL): GoldenFiles => {
  const read = (file: string): unknown => JSON.parse(readFileSync(new URL(file, directory), 'utf8'));
  return {
    names: readdirSync(directory).sort(),
    event: (file) => read(file) as GoldenEvent,
    operation: (file) => read(file) as GoldenOperation,
  };
};
