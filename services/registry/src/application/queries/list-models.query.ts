import type { ListModels } from '@keyledger/contracts-registry';
import { AppError } from '@keyledger/errors';
import type { InputOf, ReplyOf } from '@keyledger/messaging';
import { modelGroups } from '../../domain/model/model.messages.ts';
import { modelView } from '../model.view.ts';
import type { ModelKey, ModelLists } from '../ports/model-lists.port.ts';

export type ListModelsQuery = (input: InputOf<typeof ListModels>) => Promise<ReplyOf<typeof ListModels>>;

const cursorOf = ({ group, place, modelId }: ModelKey): string =>
  Buffer.from(JSON.stringify([modelGroups.indexOf(group), place, modelId])).toString('base64url');

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Three plain values that the database can compare: no null character, and a place that fits into its integers. */
const isKey = (value: unknown): value is [number, number, string] => {
  if (!Array.isArray(value) || value.length !== 3) return false;
  const [group, place, modelId] = value as unknown[];
  const isPlace = typeof place === 'number' && place === Math.trunc(place) && place >= 0 && place < 2 ** 31;
  return isPlace && Number.isInteger(group) && typeof modelId === 'string' && !modelId.includes('\0');
};

const keyOf = (cursor: string): ModelKey => {
  const key = parseJson(Buffer.from(cursor, 'base64url').toString());
  const group = isKey(key) ? modelGroups[key[0]] : undefined;
  if (isKey(key) && group !== undefined) return { group, place: key[1], modelId: key[2] };
  throw new AppError('malformed', '`after` is not a cursor of this list; take `next` of the page before');
};

export const listModels =
  (lists: ModelLists): ListModelsQuery =>
  async ({ first, after }) => {
    const found = await lists.page(first + 1, after === undefined ? undefined : keyOf(after));
    const page = found.slice(0, first);
    const last = page.at(-1);
    return {
      items: page.map(modelView),
      ...(found.length > first && last !== undefined ? { next: cursorOf(last) } : {}),
    };
  };
