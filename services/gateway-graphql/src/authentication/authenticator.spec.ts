import { describe, expect, it } from '@jest/globals';
import { basicCredentials } from './authenticator.ts';

const encode = (text: string): string => Buffer.from(text).toString('base64');

describe('credentials in an Authorization header', () => {
  it.each([
    [`Basic ${encode('ada:pass')}`, { username: 'ada', password: 'pass' }],
    [`basic ${encode('ada:')}`, { username: 'ada', password: '' }],
    [`Basic ${encode('ada:a:b')}`, { username: 'ada', password: 'a:b' }],
    [`Basic ${encode('zoë:pä')}`, { username: 'zoë', password: 'pä' }],
  ])('are read from %s', (header, expected) => {
    expect(basicCredentials(header)).toEqual(expected);
  });

  it.each([undefined, '', 'Basic', 'Basic ', `Basic ${encode('nocolon')}`, 'Bearer abc', 'Basic a b'])(
    'are none in %j',
    (header) => {
      expect(basicCredentials(header)).toBeUndefined();
    },
  );
});
