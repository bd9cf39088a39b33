import { chmodSync, rmSync } from 'node:fs';
import path from 'node:path';
import { postgresDirectory, removePostgresFiles } from './postgres-place.ts';

/** Where everything lies that the stack keeps. */
export interface DataDirectory {
  readonly root: string;
  readonly secrets: string;
  readonly postgres: string;
  readonly nats: string;
  /** Keys of the LiteLLM stand-in. */
  readonly litellmFile: string;
  /** Caught mails. */
  readonly mailFile: string;
  /** What `npm run vault` needs to know, while the stack runs. */
  readonly commandsFile: string;
}

/** Of a directory that was claimed. */
export const openDataDirectory = (root: string): DataDirectory => {
  // PostgreSQL runs as somebody else when we are root, and must be able to walk through.
  chmodSync(root, process.getuid?.() === 0 ? 0o711 : 0o700);
  return {
    root,
    secrets: path.join(root, 'secrets'),
    postgres: postgresDirectory(root),
    nats: path.join(root, 'nats'),
    litellmFile: path.join(root, 'litellm.ndjson'),
    mailFile: path.join(root, 'mails.ndjson'),
    commandsFile: commandsFile(root),
  };
};

export const commandsFile = (root: string): string => path.join(root, 'vault-commands.json');

/** Removes a data directory whose stack has ended, with what of it lies elsewhere. */
export const removeDataDirectory = (root: string): void => {
  removePostgresFiles(root);
  rmSync(root, { recursive: true, force: true });
};

/** Forgets everything in a directory that was claimed. The lock must be held, so that nothing runs on it. */
export const emptyDataDirectory = (root: string): void => {
  removePostgresFiles(root);
  for (const name of ['nats', 'secrets', 'litellm.ndjson', 'mails.ndjson', 'vault-commands.json'])
    rmSync(path.join(root, name), { recursive: true, force: true });
};
