import { isId } from '@keyledger/event-sourcing';
import { AppError } from '@keyledger/errors';

export const encodeGlobalId = (typename: string, id: string): string =>
  Buffer.from(`${typename}:${id}`).toString('base64url');

const parse = (globalId: string): { typename: string; id: string } | undefined => {
  const text = Buffer.from(globalId, 'base64url').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 1 ? undefined : { typename: text.slice(0, colon), id: text.slice(colon + 1) };
};

export const decodeGlobalId = (globalId: string): { typename: string; id: string } => {
  const parsed = parse(globalId);
  if (parsed === undefined) throw new AppError('malformed', 'This is no global id');
  return parsed;
};

/** The UUID in a global id of one of the types, or a bare UUID as REST answers and mails show it. */
export const uuidOf = (id: string, ...typenames: readonly string[]): string => {
  if (isId(id)) return id.toLowerCase();
  const parsed = parse(id);
  const uuid = parsed !== undefined && typenames.includes(parsed.typename) ? parsed.id.split('.').at(-1) : undefined;
  if (uuid === undefined || !isId(uuid))
    throw new AppError('malformed', `Expected the id of a ${typenames.join(' or ')}: its global id or its UUID`);
  return uuid.toLowerCase();
};
