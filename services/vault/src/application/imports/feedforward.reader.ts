import { z } from 'zod';
import { idSchema, labelOr, type RecordReader, type StoredKey } from './stored-record.ts';

const apiConfig = z.object({ api_key_encrypted: z.string().nullish() });

type ApiConfig = z.infer<typeof apiConfig>;

/** The column holds JSON as text; an export may have unfolded it. */
const configText = z.string().transform((text, context): ApiConfig => {
  try {
    return apiConfig.parse(text === '' ? {} : JSON.parse(text));
  } catch {
    // Without the text, which the message of the parser would quote.
    context.addIssue({ code: 'custom', message: 'Expected a JSON object' });
    return z.NEVER;
  }
});

/** A row of the table of models. Its key belongs to an instructor, or to the institution. */
const model = z.object({
  id: idSchema,
  name: z.unknown().optional(),
  owner_type: z.enum(['system', 'instructor']),
  owner_id: idSchema.nullish(),
  api_config: z.union([configText, apiConfig]).nullish(),
});

const SYSTEM = 'system';

/** What every Fernet token begins with: its version and the first bytes of the time. */
const TOKEN_START = 'gAAAA';

/** The token was encoded once more, in standard base64, before it was stored. What does not look so is taken as it is. */
const tokenIn = (stored: string): string => {
  const decoded = Buffer.from(stored, 'base64').toString('latin1');
  return decoded.startsWith(TOKEN_START) ? decoded : stored;
};

const keyIn = (stored: string | null | undefined): StoredKey =>
  stored == null || stored === '' ? { found: 'nothing' } : { found: 'token', token: tokenIn(stored) };

export const readFeedForwardRecord: RecordReader = (record) => {
  const { data } = model.safeParse(record);
  if (data === undefined) return undefined;
  const owner = data.owner_type === 'system' ? SYSTEM : data.owner_id;
  if (owner == null) return undefined;
  return {
    recordId: data.id,
    owner,
    label: labelOr(data.name, data.id),
    key: keyIn(data.api_config?.api_key_encrypted),
  };
};
