import type { LookupAddress, LookupOptions } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Resolves a name to all of its addresses; `dns.lookup` unless a test says otherwise. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

const systemResolve: Resolve = (hostname) => lookup(hostname, { all: true });

/** The host is, or leads to, an address that may not be called. */
export class ForbiddenAddress extends Error {
  override readonly name = 'ForbiddenAddress';
  constructor() {
    super('The address is not allowed');
  }
}

/** Serves credentials to machines of Azure although it looks like any other public address. */
const AZURE_WIRE_SERVER = '168.63.129.16';
/** Addresses of the form `::a.b.c.d`, long out of use and not in the library's ranges. */
const IPV4_COMPATIBLE = ipaddr.IPv6.parseCIDR('::/96');

/**
 * Everything that is not plainly a public address: loopback, private, link-local (where clouds serve credentials),
 * carrier-grade NAT, multicast, reserved, and the IPv6 ranges that wrap an IPv4 address. An IPv4 address in IPv6 clothes
 * is judged as what it is.
 */
const isPublic = (address: string): boolean => {
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv6' && parsed.match(IPV4_COMPATIBLE)) return false;
  return parsed.range() === 'unicast' && parsed.toString() !== AZURE_WIRE_SERVER;
};

const isWithin = (address: string, entry: string): boolean => {
  const parsed = ipaddr.process(address);
  if (isIP(entry) !== 0) return ipaddr.process(entry).toString() === parsed.toString();
  if (!ipaddr.isValidCIDR(entry)) return false;
  const [base, bits] = ipaddr.parseCIDR(entry);
  return base.kind() === parsed.kind() && parsed.match([base, bits]);
};

const withoutBrackets = (hostname: string): string => hostname.replace(/^\[(.*)\]$/, '$1');

/** See `addressGuard`. */
export interface AddressGuard {
  /** Throws `ForbiddenAddress` when the host of the URL is itself an address that may not be called. */
  checkHost(url: URL): void;
  /** Whether the host of the URL, as a name or as an address, is on the list of those that may be called all the same. */
  isListed(url: URL): boolean;
  /**
   * Resolves and checks in one step, for the socket to connect to what was checked: a second answer of the name server
   * is never asked for, so that changing it between check and connection gains nothing. One forbidden address among
   * several forbids the name.
   */
  readonly lookup: LookupFunction;
}

/**
 * Decides which addresses may be called when somebody else names them. `allowed`: host names, addresses or CIDR blocks that
 * may be called although they are not public.
 */
export const addressGuard = (allowed: readonly string[], resolve: Resolve = systemResolve): AddressGuard => {
  const isAllowedName = (hostname: string) =>
    allowed.some((entry) => entry.toLowerCase() === withoutBrackets(hostname).toLowerCase());
  const isAllowedAddress = (address: string) => allowed.some((entry) => isWithin(address, entry));
  const isAllowed = (address: string) => isPublic(address) || isAllowedAddress(address);

  const checked = async (hostname: string, { family }: LookupOptions): Promise<readonly LookupAddress[]> => {
    const addresses = await resolve(hostname);
    if (!isAllowedName(hostname) && addresses.some(({ address }) => !isAllowed(address))) throw new ForbiddenAddress();
    const wanted = addresses.filter((each) => family === undefined || family === 0 || each.family === family);
    if (wanted.length === 0) throw Object.assign(new Error('No address'), { code: 'ENOTFOUND' });
    return wanted;
  };

  return {
    checkHost: ({ hostname }) => {
      const host = withoutBrackets(hostname);
      if (isIP(host) !== 0 && !isAllowedName(host) && !isAllowed(host)) throw new ForbiddenAddress();
    },
    isListed: ({ hostname }) => {
      const host = withoutBrackets(hostname);
      return isAllowedName(host) || (isIP(host) !== 0 && isAllowedAddress(host));
    },
    lookup: (hostname, options, callback) => {
      checked(hostname, options).then(
        (addresses) => {
          const [first] = addresses as readonly [LookupAddress, ...LookupAddress[]];
          if (options.all === true) callback(null, [...addresses]);
          else callback(null, first.address, first.family);
        },
        (error: NodeJS.ErrnoException) => callback(error, ''),
      );
    },
  };
};
