import pg from 'pg';

/** Ways in which a key may be written down without looking like itself. */
export const disguisesOf = (secret: string): ReadonlyMap<string, string> => {
  const bytes = Buffer.from(secret);
  const atOffset = (offset: number): string => {
    // Whole groups of three bytes only: the characters at the ends depend on what stands beside.
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    return text.slice(offset === 0 ? 0 : 4, Math.floor(((offset + bytes.length) / 3) * 4) - 4);
  };
  return new Map([
    ['plain', secret],
    ['without its prefix', secret.replace(/^sk-/, '')],
    ['hex', bytes.toString('hex')],
    ['base64, offset 0', atOffset(0)],
    ['base64, offset 1', atOffset(1)],
    ['base64, offset 2', atOffset(2)],
    ...[0, 1, 2].map((offset): [string, string] => [
      `base64url, offset ${offset}`,
      atOffset(offset).replaceAll('+', '-').replaceAll('/', '_'),
    ]),
    ['URL-encoded', encodeURIComponent(secret)],
    ['JSON', JSON.stringify(secret).slice(1, -1)],
  ]);
};

/** Text from many places, in which a secret must not be. */
export class Haystack {
  readonly #places = new Map<string, string[]>();

  add(place: string, text: string): void {
    const texts = this.#places.get(place) ?? [];
    texts.push(text);
    this.#places.set(place, texts);
  }

  get places(): readonly string[] {
    return [...this.#places.keys()];
  }

  /** `place: disguise` for everything that is found. */
  find(secret: string): readonly string[] {
    const found = new Set<string>();
    for (const [place, texts] of this.#places) {
      const text = texts.join('\n').toLowerCase();
      for (const [disguise, needle] of disguisesOf(secret))
        if (text.includes(needle.toLowerCase())) found.add(`${place}: ${disguise}`);
    }
    return [...found];
  }
}

/** Every row of every table of a database; bytes are read as hex and as text. */
export const addDatabase = async (haystack: Pick<Haystack, 'add'>, adminUrl: string): Promise<void> => {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const tables = await client.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables
       where schemaname not in ('pg_catalog', 'information_schema')`,
    );
    for (const { name } of tables.rows) {
      const { rows } = await client.query<{ row: string }>(`select t::text as row from ${name} t`);
      haystack.add(`table ${name}`, rows.map(({ row }) => `${row} ${bytesIn(row)}`).join('\n'));
    }
  } finally {
    await client.end();
  }
};

const bytesIn = (row: string): string =>
  [...row.matchAll(/\\x([0-9a-f]+)/g)].map(([, hex = '']) => Buffer.from(hex, 'hex').toString('latin1')).join(' ');
