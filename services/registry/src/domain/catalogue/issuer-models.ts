/** A model as the issuer offers it. */
export interface IssuerModel {
  readonly id: string;
  readonly ownedBy?: string | undefined;
}

const LONGEST_ID = 255;

/**
 * Text that stores can hold and people can see: nothing invisible, no half of a character. A request names its model in
 * such text only.
 */
const isLine = (text: string): boolean => text !== '' && text.length <= LONGEST_ID && !/\p{C}/u.test(text);

/** Patterns such as `openai/*` are no models that one could ask for. */
const isPattern = ({ id }: IssuerModel): boolean => id.includes('*');

/** What can be listed of what an issuer offers: an odd owner is not shown, and a model with an odd id is left out. */
export const listable = (models: readonly IssuerModel[]): readonly IssuerModel[] =>
  models
    .filter((model) => isLine(model.id) && !isPattern(model))
    .map(({ id, ownedBy }) => (ownedBy !== undefined && isLine(ownedBy) ? { id, ownedBy } : { id }));

const escaped = (text: string): string =>
  Array.from(text.slice(0, 60), (character) =>
    /[\x20-\x7e]/.test(character) ? character : `\\u{${character.codePointAt(0)?.toString(16)}}`,
  ).join('');

/** The ids of those that are left out or shown without their owner, in a form that a terminal can print. */
export const oddModelsIn = (models: readonly IssuerModel[]): readonly string[] =>
  models
    .filter(({ id, ownedBy }) => !isLine(id) || (ownedBy !== undefined && ownedBy !== '' && !isLine(ownedBy)))
    .map(({ id }) => escaped(id));
