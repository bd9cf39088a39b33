import { SecretBytes } from '@keyledger/secrets';
import { z } from 'zod';
import { statedConnection } from './stated-connection.ts';
import { idSchema, labelOr, type RecordReader, type StoredKey } from './stored-record.ts';

/** `owner` goes before `user_id`: for an export in which people have the names that they have here. */
const owner = z
  .object({ owner: idSchema.optional(), user_id: idSchema.optional() })
  .transform((fields) => fields.owner ?? fields.user_id)
  .pipe(z.string());

/** A row of `llm_configurations`, whose key is a Fernet token. */
const configuration = z.object({
  id: idSchema,
  name: z.unknown().optional(),
  provider: z.unknown().optional(),
  base_url: z.unknown().optional(),
  api_key_encrypted: z.string().nullable(),
});

/** The settings from before there were configurations: one key for each user, not encrypted. */
const settings = z.object({ llm_api_key: z.string().nullable() });

/** What the specification of OpenHands calls a configuration made of such settings. */
const OF_SETTINGS = { recordId: 'settings', label: 'Migrated Configuration' };

const NOTHING: StoredKey = { found: 'nothing' };

const tokenIn = (text: string | null): StoredKey =>
  text === null || text === '' ? NOTHING : { found: 'token', token: text };

const plaintextIn = (text: string | null): StoredKey =>
  text === null || text === '' ? NOTHING : { found: 'plaintext', secret: SecretBytes.fromText(text) };

export const readOpenHandsRecord: RecordReader = (record) => {
  const { data: ownerId } = owner.safeParse(record);
  if (ownerId === undefined) return undefined;
  const { data: row } = configuration.safeParse(record);
  if (row !== undefined)
    return {
      recordId: row.id,
      owner: ownerId,
      label: labelOr(row.name, row.id),
      ...statedConnection(row.provider, row.base_url),
      key: tokenIn(row.api_key_encrypted),
    };
  const { data: old } = settings.safeParse(record);
  return old === undefined ? undefined : { ...OF_SETTINGS, owner: ownerId, key: plaintextIn(old.llm_api_key) };
};
