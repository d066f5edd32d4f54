/**
 * Runs in the page, where `KEY` is the public key it believes. It knows nothing but the proof: hashes the leaf, walks to the
 * root, compares with the header, checks the header's signature. A second reading of the rules of `cloud/domain/merkle.ts`.
 */
export const PROOF_SCRIPT = `
const FIELDS = ['version', 'leaf', 'place', 'path', 'header', 'signature', 'publicKey'];
const text = (value) => new TextEncoder().encode(value);
const hexOf = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
const fromHex = (hex) => Uint8Array.from(hex.match(/../g), (byte) => parseInt(byte, 16));
const fromBase64 = (value) => {
  const binary = atob(value);
  if (btoa(binary) !== value) throw new Error('base64');
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
};
const hash = async (...parts) => {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) { bytes.set(part, at); at += part.length; }
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
};

async function rootOf(leaf, place, leaves, path) {
  let root = await hash([0], text(leaf));
  let at = place, last = leaves - 1;
  for (const neighbour of path.map(fromHex)) {
    if (last === 0) return undefined;
    if (at % 2 === 1 || at === last) {
      root = await hash([1], neighbour, root);
      while (at % 2 === 0 && at !== 0) { at = Math.floor(at / 2); last = Math.floor(last / 2); }
    } else {
      root = await hash([1], root, neighbour);
    }
    at = Math.floor(at / 2); last = Math.floor(last / 2);
  }
  return last === 0 ? hexOf(root) : undefined;
}

async function check(pasted) {
  let proof;
  try { proof = JSON.parse(pasted); } catch { return { reason: 'not_json' }; }
  const shaped = proof !== null && typeof proof === 'object' && !Array.isArray(proof)
    && Object.keys(proof).length === FIELDS.length && FIELDS.every((field) => field in proof)
    && proof.version === 1 && ['leaf', 'header', 'signature', 'publicKey'].every((field) => typeof proof[field] === 'string')
    && Number.isSafeInteger(proof.place) && proof.place >= 0 && Array.isArray(proof.path)
    && proof.path.length <= 40 && proof.path.every((node) => /^[0-9a-f]{64}$/.test(node));
  if (!shaped) return { reason: 'not_a_proof' };
  if (proof.publicKey !== KEY) return { reason: 'strange_key' };
  let signed;
  try {
    const key = await crypto.subtle.importKey('raw', fromBase64(KEY), { name: 'Ed25519' }, false, ['verify']);
    signed = await crypto.subtle.verify({ name: 'Ed25519' }, key, fromBase64(proof.signature),
      text('tpwallet ledger head\\n' + proof.header));
  } catch (error) {
    if (error.name === 'NotSupportedError') return { reason: 'old_browser' };
    signed = false;
  }
  if (!signed) return { reason: 'not_signed' };
  const header = JSON.parse(proof.header);
  if (proof.place >= header.leaves || await rootOf(proof.leaf, proof.place, header.leaves, proof.path) !== header.root) {
    return { reason: 'not_included' };
  }
  return { leaf: JSON.parse(proof.leaf), header };
}

const WORDS = {
  not_json: '这不是一份凭证（不是 JSON） · This is not a proof: not JSON.',
  not_a_proof: '这不是一份凭证（字段不符） · This is not a proof: its fields do not fit.',
  strange_key: '签名所用的公钥不是本服务的 · Signed with a key that is not ours.',
  not_signed: '账本头的签名无效 · The signature of the ledger head is not valid.',
  not_included: '该付款不在所签名的账本里 · The payment is not in the signed ledger.',
  old_browser: '浏览器不支持 Ed25519，请更新 · This browser does not know Ed25519.',
};
const yuan = (fen) => (fen < 0 ? '-' : '') + '¥' + Math.floor(Math.abs(fen) / 100) + '.' + String(Math.abs(fen) % 100).padStart(2, '0');
const element = (id) => document.getElementById(id);

element('check').addEventListener('click', async () => {
  const found = await check(element('proof').value.trim());
  const good = found.reason === undefined;
  element('verdict').className = good ? 'good' : 'bad';
  element('verdict').textContent = good ? '凭证有效：该付款已记入账本 · Valid: the payment is in the ledger.' : WORDS[found.reason];
  element('verdict').dataset.reason = good ? 'valid' : found.reason;
  const facts = good ? [
    ['订单 Order', found.leaf.order],
    ['入账 Booked', found.leaf.at],
    ...found.leaf.entries.filter((entry) => entry[1] === 'FEN').map((entry) => [entry[0], yuan(entry[2])]),
    ['区块 Block', found.header.block + ' · ' + found.header.sealedAt],
  ] : [];
  element('facts').replaceChildren(...facts.flatMap(([name, value]) => [['dt', name], ['dd', value]]).map(([tag, value]) => {
    const node = document.createElement(tag);
    node.textContent = value;
    return node;
  }));
});
`;
