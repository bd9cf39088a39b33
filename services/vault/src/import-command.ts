import { open } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { AppError } from '@keyledger/errors';
import { systemClock } from '@keyledger/event-sourcing';
import {
  feedForwardKey,
  fernetKeyFile,
  type FernetKeyLine,
  rawOrDerivedKey,
} from './adapters/crypto/fernet/fernet-key-file.ts';
import { sealImportedKey } from './application/commands/seal-imported-key.handler.ts';
import { readFeedForwardRecord } from './application/imports/feedforward.reader.ts';
import { importKeys, type ImportReport } from './application/imports/import-keys.ts';
import { readOpenHandsRecord } from './application/imports/openhands.reader.ts';
import type { RecordReader } from './application/imports/stored-record.ts';
import type { VaultConfig } from './config.ts';
import { openSealer } from './open-sealer.ts';

const formats = {
  openhands: { readRecord: readOpenHandsRecord, keyOf: rawOrDerivedKey },
  feedforward: { readRecord: readFeedForwardRecord, keyOf: feedForwardKey },
} as const satisfies Record<string, { readRecord: RecordReader; keyOf: FernetKeyLine }>;

type Format = keyof typeof formats;

const isFormat = (name: string | undefined): name is Format => name !== undefined && name in formats;

export const importUsage = 'import --format openhands|feedforward --file <records> --key-file <keys>';

interface ImportOptions {
  readonly format: Format;
  readonly file: string;
  readonly keyFile: string;
}

/** `undefined` when the arguments do not say what to do. */
export const readImportOptions = (args: readonly string[]): ImportOptions | undefined => {
  const option = { type: 'string' } as const;
  try {
    const options = { format: option, file: option, 'key-file': option };
    const { format, file, 'key-file': keyFile } = parseArgs({ args: [...args], options }).values;
    if (!isFormat(format) || file === undefined || keyFile === undefined) return undefined;
    return { format, file, keyFile };
  } catch {
    return undefined;
  }
};

/** Nobody has to do anything about these. */
const SETTLED: readonly ImportReport['outcome'][] = ['imported', 'duplicate', 'no-key'];

interface Output {
  line(text: string): void;
  note(text: string): void;
}

const summary = (counts: ReadonlyMap<string, number>): string =>
  counts.size === 0 ? 'no records' : [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(', ');

const openFile = (file: string) =>
  open(file).catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException;
    throw new AppError('malformed', `The file with the records cannot be read: ${code ?? 'unknown error'}`);
  });

/**
 * Imports a file and prints what became of each record, one JSON object on a line. Answers whether every key is in the
 * vault now. A file that cannot be read to its end, or a sealed vault, is thrown; what came before stays imported.
 */
export const importFile = async (
  config: VaultConfig,
  { format, file, keyFile }: ImportOptions,
  output: Output,
): Promise<boolean> => {
  const { readRecord, keyOf } = formats[format];
  const opener = await fernetKeyFile(keyFile, keyOf);
  await using records = await openFile(file);
  await using opened = await openSealer(config);
  const intake = sealImportedKey({ ...opened, clock: systemClock });
  const deps = { format, readRecord, opener, intake };
  const counts = new Map<string, number>();
  try {
    for await (const report of importKeys(deps, records.createReadStream({ encoding: 'utf8' }))) {
      counts.set(report.outcome, (counts.get(report.outcome) ?? 0) + 1);
      output.line(JSON.stringify(report));
    }
  } finally {
    output.note(summary(counts));
  }
  return [...counts.keys()].every((outcome) => (SETTLED as readonly string[]).includes(outcome));
};
