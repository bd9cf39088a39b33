import { type Alias, isAlias, LineCounter, type Node, parseDocument, visit } from 'yaml';
import { ConfigError, ConfigErrors } from '../config-error.ts';

/** A parsed file that knows where everything stands. */
export interface YamlFile {
  /** As it was given; `undefined` when there is no file. */
  readonly path: string | undefined;
  /** `undefined` for an empty file. */
  readonly root: Node | undefined;
  lineOf(node: Node): number | undefined;
  resolve(alias: Alias): Node | undefined;
}

/** What the parser's codes mean. Its own messages may quote the text around the error, which might be a secret. */
const MEANINGS: Readonly<Record<string, string>> = {
  BAD_ALIAS: 'text that begins with * in quotes; without them it refers to an anchor that does not exist',
  BAD_INDENT: 'the same indentation as the lines around it',
  BAD_SCALAR_START: 'text that begins with @, ` or % in quotes',
  BAD_DQ_ESCAPE: 'a known escape behind the backslash; single quotes keep it as it is',
  DUPLICATE_KEY: 'each key once in its section',
  MISSING_CHAR: 'the end of a quoted text, list or section',
  MULTILINE_IMPLICIT_KEY: 'a key and its colon on one line',
  MULTIPLE_DOCS: 'one document',
  NON_STRING_KEY: 'text as the key',
  TAB_AS_INDENT: 'spaces for indentation, not tabs',
  TAG_RESOLVE_FAILED: 'a value without a tag (!)',
};

interface Found {
  readonly code: string;
  readonly pos: readonly [number, ...number[]];
}

/** Parses the text or throws `ConfigErrors` with every place where it is not YAML. */
export const parseYaml = (path: string | undefined, text: string): YamlFile => {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const unresolved: Found[] = [];
  visit(document, {
    Alias: (_, alias) => {
      if (alias.resolve(document) === undefined) unresolved.push({ code: 'BAD_ALIAS', pos: alias.range ?? [0] });
    },
  });
  const found: Found[] = [...document.errors, ...unresolved];
  if (found.length > 0)
    throw new ConfigErrors(
      found.map(
        ({ code, pos }) =>
          new ConfigError({
            file: path,
            line: lines.linePos(pos[0]).line,
            key: '',
            expected: `not valid YAML: expected ${MEANINGS[code] ?? 'another structure'}`,
          }),
      ),
    );
  return {
    path,
    root: document.contents ?? undefined,
    lineOf: (node) => (node.range ? lines.linePos(node.range[0]).line : undefined),
    resolve: (alias) => {
      const target = alias.resolve(document);
      return isAlias(target) ? undefined : target;
    },
  };
};
