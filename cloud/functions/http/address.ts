import { BlockList, isIP } from 'node:net';

import { BoundedMap } from '../../domain/bounded-map';

/** Addresses that are no client's but a proxy's, a test's or this machine's: RFC 1918, 3927, 4193, 4291, 6598. */
const INNER = new BlockList();
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  INNER.addSubnet(net, prefix, 'ipv4');
for (const [net, prefix] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
] as const)
  INNER.addSubnet(net, prefix, 'ipv6');

/** Where a request came from, as far as it can be told. */
export interface Origin {
  /** Address at the other end of the connection. */
  readonly peer: string | undefined;
  readonly forwardedFor: string | undefined;
}

/**
 * Who sends, for limits: an IPv4 address, or the /64 of an IPv6 address, which one household has whole. Each of the `hops`
 * proxies before us adds the address it was called from to the end of `X-Forwarded-For`; what stands before those anybody can
 * write and is not read. Undefined where it is not known or not a client's.
 */
export function clientAddress(origin: Origin, hops: number): string | undefined {
  const address = hops === 0 ? origin.peer : origin.forwardedFor?.slice(-1_024).split(',').at(-hops)?.trim();
  if (address === undefined) return undefined;
  return clients.take(address, () => ({ holder: holderOf(address) })).holder;
}

/** Of addresses heard of lately: whoever asks once asks again, and looking one up in a list of networks is slow. */
const clients = new BoundedMap<{ readonly holder: string | undefined }>(1_024);

function holderOf(address: string): string | undefined {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  switch (isIP(plain)) {
    case 4:
      return INNER.check(plain, 'ipv4') ? undefined : plain;
    case 6:
      return INNER.check(plain, 'ipv6') ? undefined : networkOf(plain);
    default:
      return undefined;
  }
}

const GROUPS = 8;
const GROUPS_OF_NETWORK = 4;

function networkOf(address: string): string {
  const [head = '', tail] = (address.split('%')[0] ?? '').toLowerCase().split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : GROUPS - before.length - after.length;
  return [...before, ...Array.from({ length: Math.max(zeros, 0) }, () => '0'), ...after]
    .slice(0, GROUPS_OF_NETWORK)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}

/**
 * The network of an address as `clientAddress` tells it, for people to recognise a place they sign in from: the first three
 * numbers of an IPv4 address, the first three groups of an IPv6 network. Too coarse to find anybody by.
 */
export const coarseNetwork = (address: string | undefined): string | undefined =>
  address?.includes('.') === true
    ? address.replace(/\.\d+$/, '.*')
    : address?.split(':').slice(0, 3).join(':').concat(':*');
