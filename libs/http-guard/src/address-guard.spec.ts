import { describe, expect, it } from '@jest/globals';
import { addressGuard, ForbiddenAddress } from './address-guard.ts';

const check = (host: string, allowed: readonly string[] = []) =>
  addressGuard(allowed).checkHost(new URL(`http://${host}/`));

describe('the addresses that may be called', () => {
  it.each(['8.8.8.8', '93.184.216.34', '[2606:4700::1111]', 'policy.example.com', '[::ffff:8.8.8.8]'])(
    'include %s',
    (host) => expect(() => check(host)).not.toThrow(),
  );

  it.each([
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f.0.0.1',
    '0177.0.0.1',
    '0.0.0.0',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.100.100.200',
    '168.63.129.16',
    '192.0.0.192',
    '198.18.0.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '[::]',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:a9fe:a9fe]',
    '[::7f00:1]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::]',
    '[fe80::1]',
    '[fec0::1]',
    '[fd00:ec2::254]',
    '[ff02::1]',
  ])('do not include %s', (host) => expect(() => check(host)).toThrow(ForbiddenAddress));

  it.each([
    ['10.1.2.3', '10.1.2.3'],
    ['10.1.2.3', '10.0.0.0/8'],
    ['[::ffff:10.1.2.3]', '10.0.0.0/8'],
    ['[fd00::1]', 'fd00::/8'],
    ['[::1]', '::1'],
  ])('include %s where %s is allowed', (host, entry) => expect(() => check(host, [entry])).not.toThrow());

  it.each([
    ['10.1.2.4', '10.1.2.3'],
    ['172.16.0.1', '10.0.0.0/8'],
    ['127.0.0.1', '::/0'],
    ['[fd00::1]', '0.0.0.0/0'],
    ['127.0.0.1', 'localhost'],
    ['127.0.0.1', 'nonsense'],
    ['127.0.0.1', ''],
  ])('do not include %s where only %s is allowed', (host, entry) => expect(() => check(host, [entry])).toThrow());
});

describe('the list of what may be called all the same', () => {
  const isListed = (host: string, allowed: readonly string[]) =>
    addressGuard(allowed).isListed(new URL(`http://${host}/`));

  it.each([
    ['localhost', 'localhost'],
    ['Ollama.lan', 'ollama.lan'],
    ['10.1.2.3', '10.0.0.0/8'],
    ['[::1]', '::1'],
  ])('has %s by the entry %s', (host, entry) => expect(isListed(host, [entry])).toBe(true));

  it.each([
    ['8.8.8.8', '10.0.0.0/8'],
    ['ollama.lan', '10.0.0.0/8'],
    ['ollama.lan.example.com', 'ollama.lan'],
  ])('does not have %s by the entry %s', (host, entry) => expect(isListed(host, [entry])).toBe(false));
});
