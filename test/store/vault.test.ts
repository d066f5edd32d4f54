import { randomBytes } from 'node:crypto';

import fc from 'fast-check';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';

import { readCard } from '../../cloud/domain/cards';
import { Secret } from '../../cloud/domain/secret';
import { localKeyService } from '../../cloud/gateways/kms/local';
import {
  bindCard,
  decrypt,
  deleteCard,
  encrypt,
  findInVault,
  NotOpened,
  open,
  openFromVault,
  putInVault,
  rewrapKeys,
  seal,
  shredInVault,
  type VaultKeys,
} from '../../cloud/store/vault';
import { newAccount, NOW, storeOfTests } from '../support/store';

const store = storeOfTests();
const masters = { old: randomBytes(32), new: randomBytes(32) };
const indexKey = randomBytes(32);

function vaultWith(current: 'old' | 'new', ids: readonly ('old' | 'new')[] = [current]): VaultKeys {
  const keys = new Map(ids.map((id) => [id, masters[id]]));
  return { service: localKeyService({ keys, currentKeyId: current, randomBytes }), indexKey, randomBytes };
}
const keys = vaultWith('old');
const hex = (text: string): Buffer => Buffer.from(text.replace(/\s/g, ''), 'hex');

/** Test cases 13 to 16 of the specification of GCM (McGrew and Viega), which NIST's validation took over: AES-256. */
const KEY_15 = 'feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308';
const PLAIN_15 = `d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72
  1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255`;
const SEALED_15 = `522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa
  8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad`;
test.each<[string, string, string, string, string, string, string]>([
  ['13', '0'.repeat(64), '0'.repeat(24), '', '', '', '530f8afbc74536b9a963b4f1c4cb738b'],
  [
    '14',
    '0'.repeat(64),
    '0'.repeat(24),
    '0'.repeat(32),
    '',
    'cea7403d4d606b6e074ec5d3baf39d18',
    'd0d1c8a799996bf0265b98b5d48ab919',
  ],
  ['15', KEY_15, 'cafebabefacedbaddecaf888', PLAIN_15, '', SEALED_15, 'b094dac5d93471bdec1a502270e3cc6c'],
  [
    '16',
    KEY_15,
    'cafebabefacedbaddecaf888',
    PLAIN_15.replace(/\s/g, '').slice(0, 120),
    'feedfacedeadbeeffeedfacedeadbeefabaddad2',
    SEALED_15.replace(/\s/g, '').slice(0, 120),
    '76fc6ece0f4e1768cddf8853bb2d551b',
  ],
])('sealing agrees with published test case %s of AES-256-GCM', (_, key, iv, plain, aad, sealed, tag) => {
  const made = encrypt(hex(key), hex(iv), hex(plain), hex(aad));
  expect(made.toString('hex')).toBe(hex(sealed + tag).toString('hex'));
  expect(decrypt(hex(key), hex(iv), made, hex(aad))).toEqual(hex(plain));
});

test('whatever was sealed opens in its place, and not with one bit changed or in another place', async () => {
  const place = { accountId: uuidv7(), id: uuidv7(), purpose: 'card' } as const;
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.nat(), async (text, bit) => {
      const sealed = await seal(keys, place, new Secret(text));
      expect((await open(keys, place, sealed)).reveal()).toBe(text);
      for (const part of ['iv', 'ciphertext', 'wrappedKey'] as const) {
        const changed = Buffer.from(sealed[part]);
        const at = (bit >> 3) % changed.length;
        changed[at] = (changed[at] ?? 0) ^ (1 << (bit % 8));
        await expect(open(keys, place, { ...sealed, [part]: changed })).rejects.toThrow(
          /does not (open|unwrap)/,
        );
      }
      for (const other of [{ accountId: uuidv7() }, { id: uuidv7() }, { purpose: 'phone' as const }])
        await expect(open(keys, { ...place, ...other }, sealed)).rejects.toThrow('does not unwrap');
      const again = await seal(keys, place, new Secret(text));
      expect(Buffer.from(again.ciphertext)).not.toEqual(Buffer.from(sealed.ciphertext));
    }),
    { numRuns: 30 },
  );
  expect(() => decrypt(masters.old, Buffer.alloc(12), Buffer.alloc(3), Buffer.alloc(0))).toThrow(NotOpened);
});

/** Puts a phone number in for an account; the record's name. */
async function put(accountId: string, number: string, vault = keys) {
  const name = { accountId, id: uuidv7() };
  const value = new Secret(number);
  const stored = await putInVault(store.db, vault, { ...name, purpose: 'phone', value, now: NOW });
  return { ...name, stored };
}
const numberOf = async (name: { accountId: string; id: string }, vault = keys) =>
  (await openFromVault(store.db, vault, name))?.reveal();

test('a value is found by itself alone, in every account that holds it, and an account holds it once', async () => {
  const other = await newAccount(store.db);
  const [first, second] = [await put(store.accountId, '13800138000'), await put(other, '13800138000')];
  await put(other, '13900139000');
  expect((await put(other, '13800138000')).stored).toBe(false);
  const find = (number: string, purpose: 'card' | 'phone' = 'phone') =>
    findInVault(store.db, keys, { purpose, value: new Secret(number) });
  expect(await find('13800138000')).toEqual([
    { accountId: first.accountId, id: first.id },
    { accountId: second.accountId, id: second.id },
  ]);
  expect(await find('13800138001')).toEqual([]);
  expect(await find('13800138000', 'card')).toEqual([]);
});

test('what was shredded opens never again, even from a copy of its ciphertext', async () => {
  const name = await put(store.accountId, '13700137000');
  const copy = await store.db.selectFrom('vaultRecords').selectAll().where('id', '=', name.id).execute();
  expect(await shredInVault(store.db, name)).toBe(true);
  expect(await shredInVault(store.db, name)).toBe(false);
  expect(await numberOf(name)).toBeUndefined();
  await store.db.insertInto('vaultRecords').values(copy).execute();
  expect(await numberOf(name)).toBeUndefined();
});

test('the master key is changed while everything opens, in runs that are cut short and side by side', async () => {
  const names = [];
  for (let number = 0; number < 25; number += 1) names.push(await put(store.accountId, `1360000${number}`));
  const both = vaultWith('new', ['new', 'old']);
  const underOld = async () => {
    const { rows } = await store.db
      .selectFrom('vaultKeys')
      .select((eb) => eb.fn.countAll<number>().as('rows'))
      .where('keyId', '=', 'old')
      .executeTakeFirstOrThrow();
    return rows;
  };
  const before = await underOld();
  expect(before).toBeGreaterThanOrEqual(25);
  // Cut short: nothing of the batch is kept, and nothing is lost.
  const died = store.db.transaction().execute(async (transaction) => {
    await rewrapKeys(transaction, both, { limit: 10 });
    throw new Error('the process died');
  });
  await expect(died).rejects.toThrow('died');
  expect(await underOld()).toBe(before);
  await Promise.all([1, 2, 3].map(() => rewrapKeys(store.db, both, { limit: 8 })));
  const left = await underOld();
  expect(left).toBeLessThan(before);
  for (const [index, name] of names.entries()) expect(await numberOf(name, both)).toBe(`1360000${index}`);
  while ((await rewrapKeys(store.db, both, { limit: 8 })).rewrapped > 0);
  expect(await underOld()).toBe(0);
  const onlyNew = vaultWith('new');
  for (const [index, name] of names.entries()) expect(await numberOf(name, onlyNew)).toBe(`1360000${index}`);
  await expect(numberOf(names[0] ?? { accountId: '', id: '' }, vaultWith('old'))).rejects.toThrow(
    'no master key',
  );
});

test('a key that does not unwrap is told of and keeps no other from its turn', async () => {
  const broken = await put(store.accountId, '13500135000');
  const whole = await put(store.accountId, '13500135001');
  await sql`update vault_keys set wrapped_key = wrapped_key || '\\x00' where record_id = ${broken.id}`.execute(
    store.db,
  );
  const both = vaultWith('new', ['new', 'old']);
  const done = await rewrapKeys(store.db, both, { limit: 100 });
  expect(done.failed).toEqual([broken.id]);
  expect(await numberOf(whole, vaultWith('new'))).toBe('13500135001');
  await shredInVault(store.db, broken);
});

const CARD = readCard('4111111111111111');

test('many who bind the same card at once bind it once, and what rests holds no digits of it but four', async () => {
  if (CARD === undefined) throw new Error('no card to bind');
  const card = CARD;
  const { accountId } = store;
  const bind = () =>
    bindCard(store.db, keys, { accountId, id: uuidv7(), card, now: NOW }, () => Promise.resolve());
  const outcomes = (await Promise.all([1, 2, 3, 4].map(bind))).map(({ outcome }) => outcome);
  expect(outcomes.sort()).toEqual(['already_bound', 'already_bound', 'already_bound', 'bound']);
  const { rows } = await sql<{ text: string }>`
    select row_to_json(vault_records)::text as text from vault_records
    union all select row_to_json(vault_keys)::text from vault_keys
    union all select row_to_json(bank_cards)::text from bank_cards`.execute(store.db);
  expect(rows.map(({ text }) => text).join()).not.toContain(card.number.reveal().slice(0, 12));
  const [bound] = await store.db
    .selectFrom('bankCards')
    .select('id')
    .where('accountId', '=', accountId)
    .execute();
  const name = { accountId, id: bound?.id ?? '' };
  expect(await numberOf(name)).toBe(card.number.reveal());
  expect(await deleteCard(store.db, { ...name, now: NOW })).toBe(true);
  expect(await deleteCard(store.db, { ...name, now: NOW })).toBe(false);
  expect(await numberOf(name)).toBeUndefined();
  expect((await bind()).outcome).toBe('bound');
});
