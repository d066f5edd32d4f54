/**
 * Merkle trees as in RFC 6962 section 2.1 (and RFC 9162): leaves and nodes are hashed with other first bytes, so that
 * neither can be passed off as the other. The hash function comes in as a parameter.
 */
export type Hash = (bytes: Uint8Array) => Uint8Array;

const LEAF = 0;
const NODE = 1;

const joined = (first: number, ...parts: readonly Uint8Array[]): Uint8Array => {
  const bytes = new Uint8Array(1 + parts.reduce((length, part) => length + part.length, 0));
  bytes[0] = first;
  let at = 1;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
};

/** The hash that stands for a leaf in its tree. */
export const leafHash = (hash: Hash, leaf: Uint8Array): Uint8Array => hash(joined(LEAF, leaf));

const nodeHash = (hash: Hash, left: Uint8Array, right: Uint8Array): Uint8Array =>
  hash(joined(NODE, left, right));

/** The levels of a tree from its leaves' hashes to its root. A node without a neighbour goes up as it is. */
function levelsOf(hash: Hash, leaves: readonly Uint8Array[]): readonly (readonly Uint8Array[])[] {
  const levels: Uint8Array[][] = [[...leaves]];
  for (let level = levels[0] ?? []; level.length > 1;) {
    const above: Uint8Array[] = [];
    for (let at = 0; at < level.length; at += 2) {
      const [left, right] = [level[at], level[at + 1]];
      if (left !== undefined) above.push(right === undefined ? left : nodeHash(hash, left, right));
    }
    levels.push(above);
    level = above;
  }
  return levels;
}

/** The root over the hashes of leaves; of no leaves the hash of nothing. */
export function rootOf(hash: Hash, leaves: readonly Uint8Array[]): Uint8Array {
  return levelsOf(hash, leaves).at(-1)?.[0] ?? hash(new Uint8Array());
}

/** The neighbours on the way from a leaf to the root: what proves that the leaf is in the tree. Throws RangeError. */
export function pathOf(hash: Hash, leaves: readonly Uint8Array[], place: number): readonly Uint8Array[] {
  if (!Number.isInteger(place) || place < 0 || place >= leaves.length) {
    throw new RangeError(`no leaf at ${place} of ${leaves.length}`);
  }
  const path: Uint8Array[] = [];
  let at = place;
  for (const level of levelsOf(hash, leaves).slice(0, -1)) {
    const neighbour = level[at ^ 1];
    if (neighbour !== undefined) path.push(neighbour);
    at >>= 1;
  }
  return path;
}

/** The root that a leaf's hash and its path lead to (RFC 9162, 2.1.3.2); undefined where the path fits no such tree. */
export function rootFromPath(
  hash: Hash,
  leaf: { readonly hash: Uint8Array; readonly place: number; readonly leaves: number },
  path: readonly Uint8Array[],
): Uint8Array | undefined {
  let { place } = leaf;
  if (!Number.isInteger(place) || !Number.isInteger(leaf.leaves) || place < 0 || place >= leaf.leaves) {
    return undefined;
  }
  let root = leaf.hash;
  let last = leaf.leaves - 1;
  for (const neighbour of path) {
    if (last === 0) return undefined;
    if (place % 2 === 1 || place === last) {
      root = nodeHash(hash, neighbour, root);
      while (place % 2 === 0 && place !== 0) {
        place >>= 1;
        last >>= 1;
      }
    } else {
      root = nodeHash(hash, root, neighbour);
    }
    place >>= 1;
    last >>= 1;
  }
  return last === 0 ? root : undefined;
}
