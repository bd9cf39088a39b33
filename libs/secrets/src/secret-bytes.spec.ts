import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { format, inspect } from 'node:util';
import { SecretAccess } from './secret-access.ts';
import { SecretBytes } from './secret-bytes.ts';

const CANARY = 'sk-canary-7f3a9b1c5d2e8f60';
const secret = (): SecretBytes => SecretBytes.fromText(CANARY);

describe('opening a secret', () => {
  it('gives the bytes against the proof', () => {
    expect(Buffer.from(secret().reveal(SecretAccess.granted)).toString()).toBe(CANARY);
  });

  it('gives the text against the proof', () => {
    expect(secret().revealText(SecretAccess.granted)).toBe(CANARY);
  });

  it.each([undefined, null, {}, true, { brand: true }, Object.create(SecretAccess.prototype)])(
    'is refused against %j, whatever the type checker was told',
    (forged: unknown) => {
      expect(() => secret().reveal(forged as SecretAccess)).toThrow('Plaintext needs a SecretAccess');
      expect(() => secret().revealText(forged as SecretAccess)).toThrow('Plaintext needs a SecretAccess');
    },
  );

  it('gives a copy each time, so that a holder cannot change the secret', () => {
    const held = secret();
    held.reveal(SecretAccess.granted).fill(0);
    expect(held.revealText(SecretAccess.granted)).toBe(CANARY);
  });

  it('is independent of the bytes that it was made from', () => {
    const source = new TextEncoder().encode(CANARY);
    const held = SecretBytes.copyOf(source);
    source.fill(0);
    expect(held.revealText(SecretAccess.granted)).toBe(CANARY);
  });

  it('refuses to give text when the bytes are none', () => {
    expect(() => SecretBytes.copyOf(Uint8Array.of(0xff, 0xfe)).revealText(SecretAccess.granted)).toThrow(
      'The secret is not text',
    );
  });

  it('keeps a byte order mark, which may be part of a key', () => {
    expect(SecretBytes.fromText('\uFEFFkey').revealText(SecretAccess.granted)).toBe('\uFEFFkey');
  });

  it('returns any bytes unchanged', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(SecretBytes.copyOf(bytes).reveal(SecretAccess.granted)).toEqual(bytes);
      }),
    );
  });
});

describe('printing a secret', () => {
  const wrapped = (): unknown => ({ list: [secret()], map: new Map([['key', secret()]]) });

  it.each<[string, () => string]>([
    ['String()', () => String(secret())],
    ['a template', () => `${secret()}`],
    ['concatenation', () => '' + (secret() as unknown as string)],
    ['inspect', () => inspect(secret(), { showHidden: true, depth: Infinity, getters: true })],
    ['inspect of what holds it', () => inspect(wrapped(), { showHidden: true, depth: Infinity, getters: true })],
    ['format', () => format('%s %o %O %j', secret(), secret(), secret(), 'end')],
    ['an error cause', () => inspect(new Error('failed', { cause: secret() }))],
  ])('by %s shows a label and no byte of it', (_way, print) => {
    const printed = print();
    expect(printed).toContain('[SecretBytes]');
    expect(printed).not.toContain(CANARY);
    expect(printed).not.toContain('canary');
    expect(printed).not.toContain('115, 107, 45');
  });

  it('as JSON fails loudly, at any depth', () => {
    expect(() => JSON.stringify(secret())).toThrow('A secret cannot be turned into JSON');
    expect(() => JSON.stringify(wrapped())).toThrow('A secret cannot be turned into JSON');
  });

  it('has nothing to enumerate, spread, assign or clone', () => {
    const held = secret();
    expect(Reflect.ownKeys(held)).toEqual([]);
    expect({ ...held }).toEqual({});
    expect(Object.assign({}, held)).toEqual({});
    expect(structuredClone(held)).toEqual({});
  });

  it('is not turned into a number', () => {
    expect(Number(secret())).toBeNaN();
  });
});

describe('comparing secrets', () => {
  it.each([
    ['the same text', CANARY, true],
    ['another last character', `${CANARY.slice(0, -1)}1`, false],
    ['another first character', `x${CANARY.slice(1)}`, false],
    ['a prefix', CANARY.slice(0, -1), false],
    ['a longer text', `${CANARY}0`, false],
    ['nothing', '', false],
  ])('with %s', (_case, other, equal) => {
    expect(secret().equals(SecretBytes.fromText(other))).toBe(equal);
  });

  it('agrees with the comparison of the bytes', () => {
    const bytes = fc.uint8Array({ maxLength: 3, max: 2 });
    fc.assert(
      fc.property(bytes, bytes, (left, right) => {
        expect(SecretBytes.copyOf(left).equals(SecretBytes.copyOf(right))).toBe(Buffer.compare(left, right) === 0);
      }),
    );
  });

  it('tells nothing through == and ===', () => {
    expect(Object.is(secret(), secret())).toBe(false);
  });
});

describe('disposing of a secret', () => {
  it.each<[string, (held: SecretBytes) => unknown]>([
    ['bytes', (held) => held.reveal(SecretAccess.granted)],
    ['text', (held) => held.revealText(SecretAccess.granted)],
    ['comparison', (held) => held.equals(secret())],
    ['comparison from the other side', (held) => secret().equals(held)],
  ])('ends access to its %s', (_what, use) => {
    const held = secret();
    held.dispose();
    expect(() => use(held)).toThrow('The secret has been disposed of');
  });

  it('happens at the end of a block that uses it', () => {
    let outside: SecretBytes;
    {
      using held = secret();
      outside = held;
    }
    expect(() => outside.reveal(SecretAccess.granted)).toThrow('The secret has been disposed of');
  });

  it('leaves a copy made before as it is', () => {
    const held = secret();
    const copy = held.copy();
    held.dispose();
    expect(copy.revealText(SecretAccess.granted)).toBe(CANARY);
    expect(() => held.copy()).toThrow('The secret has been disposed of');
  });

  it('may be repeated', () => {
    const held = secret();
    held.dispose();
    expect(() => held.dispose()).not.toThrow();
  });

  it('does not reach copies that were handed out', () => {
    const held = secret();
    const copy = held.reveal(SecretAccess.granted);
    held.dispose();
    expect(Buffer.from(copy).toString()).toBe(CANARY);
  });

  it('keeps the length, which is no secret', () => {
    const held = secret();
    held.dispose();
    expect(held).toHaveLength(CANARY.length);
  });
});
