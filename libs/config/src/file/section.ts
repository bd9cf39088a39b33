import { isAlias, isMap, isScalar, isSeq, type Node, type YAMLMap } from 'yaml';
import { ConfigError } from '../config-error.ts';
import { type Env, fromEnv, secretFromEnv } from '../env.ts';
import { type Kind, kindOf } from '../kind.ts';
import { suggestionFor } from './suggestion.ts';
import type { YamlFile } from './yaml-file.ts';

/** Everything that the reading of one file shares. */
export interface Reading {
  readonly file: YamlFile;
  readonly env: Env;
  readonly problems: ConfigError[];
}

export interface Setting {
  /** Variable that wins over the file. */
  readonly env?: string;
}

const valueOf = (node: Node | undefined): unknown => {
  if (node === undefined) return undefined;
  if (isScalar(node)) return node.value;
  return isSeq(node) ? [] : {};
};

/**
 * A mapping of the file, read key by key. A missing section answers as an empty one, a key without a value (nothing,
 * `null` or `""`) as a missing key. `end` reports the keys that nobody asked for.
 */
export class Section {
  readonly #reading: Reading;
  readonly #map: YAMLMap | undefined;
  readonly #path: string;
  readonly #line: number;
  readonly #known: string[] = [];
  /** Something else stands where the section should be; that was reported and is enough. */
  readonly #isMisplaced: boolean;

  constructor(reading: Reading, node: Node | undefined, path: string, line: number) {
    this.#reading = reading;
    this.#path = path;
    this.#line = node === undefined ? line : (reading.file.lineOf(node) ?? line);
    this.#map = isMap(node) ? node : undefined;
    this.#isMisplaced = this.#map === undefined && kindOf(valueOf(node)) !== 'nothing';
    if (this.#isMisplaced) this.#report(path, this.#line, 'a section with keys', valueOf(node));
  }

  get line(): number {
    return this.#line;
  }

  /** True when the file has a value for the key. */
  has(key: string): boolean {
    return kindOf(valueOf(this.#node(key))) !== 'nothing';
  }

  optional<T>(key: string, kind: Kind<T>, { env }: Setting = {}): T | undefined {
    const fromFile = this.#parse(key, kind);
    if (env === undefined) return fromFile;
    const read = kind.isSecret === true ? secretFromEnv : fromEnv;
    return read(this.#reading.env, env, kind, this.#reading.problems) ?? fromFile;
  }

  /** The answer for a missing value is never used: the reported problem ends the reading. */
  required<T>(key: string, kind: Kind<T>, setting: Setting = {}): T {
    const before = this.#reading.problems.length;
    const value = this.optional(key, kind, setting);
    if (value === undefined && !this.#isMisplaced && this.#reading.problems.length === before)
      this.#report(this.#pathOf(key), this.#lineOf(key), kind.expected, undefined);
    return value as T;
  }

  section(key: string): Section {
    return new Section(this.#reading, this.#node(key), this.#pathOf(key), this.#lineOf(key));
  }

  /** The sections of a list; none when the key is missing. */
  sections(key: string, expected: string): Section[] {
    return this.#items(key, expected).map(
      (item, index) => new Section(this.#reading, item, `${this.#pathOf(key)}[${index}]`, this.#lineOf(key)),
    );
  }

  /** The values of a list; `undefined` when the key is missing, is no list or has wrong items. */
  list<T>(key: string, expected: string, item: Kind<T>): T[] | undefined {
    if (!this.has(key) && !isSeq(this.#node(key))) return void this.#remember(key);
    const before = this.#reading.problems.length;
    const values = this.#items(key, expected).map((node, index) => {
      const parsed = item.parse(valueOf(node));
      if (parsed === undefined || parsed === '')
        this.#report(
          `${this.#pathOf(key)}[${index}]`,
          this.#lineAt(node) ?? this.#lineOf(key),
          item.expected,
          valueOf(node),
        );
      return parsed as T;
    });
    return this.#reading.problems.length === before ? values : undefined;
  }

  /** A list with at least one value. */
  requiredList<T>(key: string, expected: string, item: Kind<T>): T[] {
    const before = this.#reading.problems.length;
    const values = this.list(key, expected, item);
    if (!this.#isMisplaced && this.#reading.problems.length === before && (values === undefined || values.length === 0))
      this.#report(
        this.#pathOf(key),
        this.#lineOf(key),
        expected,
        values === undefined ? undefined : [],
        'an empty list',
      );
    return values ?? [];
  }

  /** Reports a problem with the value of a key that only its reader can see. */
  refuse(key: string, expected: string, found?: string): void {
    this.#reading.problems.push(
      new ConfigError({
        file: this.#reading.file.path,
        line: this.#lineOf(key),
        key: this.#pathOf(key),
        expected,
        found,
      }),
    );
  }

  /** Every key has been asked for: what is left was mistyped, or belongs elsewhere. */
  end(): void {
    for (const { key } of this.#map?.items ?? []) {
      const name = isScalar(key) ? String(key.value) : '';
      if (this.#known.includes(name)) continue;
      const line = this.#lineAt(key as Node) ?? this.#line;
      const expected = `is not a setting; ${suggestionFor(name, this.#known)}`;
      this.#reading.problems.push(
        new ConfigError({ file: this.#reading.file.path, line, key: this.#pathOf(name), expected }),
      );
    }
  }

  #parse<T>(key: string, kind: Kind<T>): T | undefined {
    this.#remember(key);
    const value = valueOf(this.#node(key));
    if (kindOf(value) === 'nothing') return undefined;
    const parsed = kind.parse(value);
    if (parsed === undefined) this.#report(this.#pathOf(key), this.#lineOf(key), kind.expected, value);
    return parsed;
  }

  #items(key: string, expected: string): Node[] {
    this.#remember(key);
    const node = this.#node(key);
    if (isSeq(node)) return node.items.map((item) => this.#resolve(item as Node) as Node);
    if (this.has(key)) this.#report(this.#pathOf(key), this.#lineOf(key), expected, valueOf(node));
    return [];
  }

  #node(key: string): Node | undefined {
    this.#remember(key);
    return this.#resolve(this.#map?.get(key, true) as Node | undefined);
  }

  #resolve(node: Node | undefined): Node | undefined {
    return isAlias(node) ? this.#reading.file.resolve(node) : node;
  }

  #remember(key: string): void {
    if (!this.#known.includes(key)) this.#known.push(key);
  }

  #pathOf(key: string): string {
    return this.#path === '' ? key : `${this.#path}.${key}`;
  }

  #lineOf(key: string): number {
    const pair = this.#map?.items.find((item) => isScalar(item.key) && item.key.value === key);
    return (pair === undefined ? undefined : this.#lineAt(pair.key as Node)) ?? this.#line;
  }

  #lineAt(node: Node): number | undefined {
    return this.#reading.file.lineOf(node);
  }

  #report(key: string, line: number, expected: string, value: unknown, found = kindOf(value)): void {
    this.#reading.problems.push(new ConfigError({ file: this.#reading.file.path, line, key, expected, found }));
  }
}
