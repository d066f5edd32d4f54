import { createHash } from 'node:crypto';

import fc from 'fast-check';

import { leafHash, pathOf, rootFromPath, rootOf, type Hash } from '../../cloud/domain/merkle';

const hash: Hash = (bytes) => createHash('sha256').update(bytes).digest();
const hex = (bytes: Uint8Array | undefined): string | undefined =>
  bytes === undefined ? undefined : Buffer.from(bytes).toString('hex');
const hashes = (leaves: readonly Uint8Array[]) => leaves.map((leaf) => leafHash(hash, leaf));

/** Leaves that all differ: the same leaf twice could be proven at either place. */
const trees = fc.uniqueArray(fc.uint8Array({ maxLength: 40 }), {
  minLength: 1,
  maxLength: 70,
  selector: (leaf) => hex(leaf),
});

/** The leaves and the roots of RFC 6962's own test tree, of 0 to 8 leaves. */
const LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

test("roots are those of the tree that Certificate Transparency's implementations test with", () => {
  const leaves = LEAVES.map((leaf) => Buffer.from(leaf, 'hex'));
  expect(ROOTS.map((_, size) => hex(rootOf(hash, hashes(leaves.slice(0, size)))))).toEqual(ROOTS);
});

test('any leaf of a tree of any size is proven by its path', () => {
  fc.assert(
    fc.property(trees, (leaves) => {
      const tree = hashes(leaves);
      const root = hex(rootOf(hash, tree));
      tree.forEach((leaf, place) => {
        const proven = rootFromPath(
          hash,
          { hash: leaf, place, leaves: tree.length },
          pathOf(hash, tree, place),
        );
        expect(hex(proven)).toBe(root);
      });
    }),
  );
});

test('a proof of which anything is changed proves nothing', () => {
  fc.assert(
    fc.property(trees, fc.nat(), fc.nat(), fc.integer({ min: 1, max: 255 }), (leaves, at, bit, flip) => {
      const tree = hashes(leaves);
      const place = at % tree.length;
      const path = pathOf(hash, tree, place);
      const root = hex(rootOf(hash, tree));
      const leaf = { hash: tree[place] ?? new Uint8Array(), place, leaves: tree.length };
      const changed = (bytes: Uint8Array): Uint8Array =>
        bytes.map((byte, number) => (number === bit % bytes.length ? byte ^ flip : byte));
      const wrong = [
        rootFromPath(hash, { ...leaf, hash: changed(leaf.hash) }, path),
        ...path.map((_, number) =>
          rootFromPath(
            hash,
            leaf,
            path.map((node, other) => (other === number ? changed(node) : node)),
          ),
        ),
        ...path.map((_, number) =>
          rootFromPath(
            hash,
            leaf,
            path.filter((_node, other) => other !== number),
          ),
        ),
        rootFromPath(hash, leaf, [...path, hash(leaf.hash)]),
        ...tree
          .map((_, other) => other)
          .filter((other) => other !== place)
          .map((other) => rootFromPath(hash, { ...leaf, place: other }, path)),
        rootFromPath(hash, { ...leaf, place: tree.length }, path),
        rootFromPath(hash, { ...leaf, place: -1 }, path),
        rootFromPath(hash, { ...leaf, place: place + 0.5 }, path),
      ];
      for (const proven of wrong) expect(hex(proven)).not.toBe(root);
    }),
  );
});

test('a node is never taken for a leaf', () => {
  const tree = hashes([Buffer.from('a'), Buffer.from('b')]);
  const node = Buffer.concat(tree.map((leaf) => Buffer.from(leaf)));
  expect(hex(rootOf(hash, hashes([node])))).not.toBe(hex(rootOf(hash, tree)));
});

test('there is no path to a leaf that is not there', () => {
  for (const place of [-1, 2, 0.5]) {
    expect(() => pathOf(hash, hashes([Buffer.from('a'), Buffer.from('b')]), place)).toThrow(
      new RangeError(`no leaf at ${place} of 2`),
    );
  }
});
