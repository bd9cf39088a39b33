import ipaddr from 'ipaddr.js';

/**
 * What counts as one client: an IPv4 address, also one in the clothes of IPv6, or a /64 of IPv6, since one household gets
 * as much.
 */
export const networkOf = (address: string): string => {
  if (!ipaddr.isValid(address)) return address;
  const ip = ipaddr.process(address);
  return ip instanceof ipaddr.IPv6 ? `${ip.toNormalizedString().split(':').slice(0, 4).join(':')}::/64` : ip.toString();
};
