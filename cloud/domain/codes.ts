/**
 * Codes that people read, type and print. Crockford's Base32 alphabet (no I, L, O, U) and a check character by ISO 7064
 * MOD 37,36, which catches every single wrong character and all but about one in 700 swaps of two neighbours.
 */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** ISO 7064 MOD 37,36 works on 36 characters; the payload uses 32 of them, the check character may be any. */
const CHECK_ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const MODULUS = CHECK_ALPHABET.length;

function checkCharacter(payload: string): string {
  let product = MODULUS;
  for (const character of payload) {
    const sum = (product + CHECK_ALPHABET.indexOf(character)) % MODULUS || MODULUS;
    product = (sum * 2) % (MODULUS + 1);
  }
  return CHECK_ALPHABET.charAt((MODULUS + 1 - product) % MODULUS);
}

function encode(bytes: Uint8Array, length: number): string {
  if (bytes.length < length)
    throw new RangeError(`${length} random bytes are needed, ${bytes.length} were given`);
  let text = '';
  for (let index = 0; index < length; index += 1) text += ALPHABET.charAt((bytes[index] ?? 0) & 31);
  return text;
}

const LINK_CODE_PAYLOAD = 9;
const ACCOUNT_CODE_PAYLOAD = 11;
const ORDER_NUMBER_PAYLOAD = 12;

/** A payment link's code: 9 characters from random bytes (45 bits) and a check character. */
export function linkCode(randomBytes: Uint8Array): string {
  const payload = encode(randomBytes, LINK_CODE_PAYLOAD);
  return payload + checkCharacter(payload);
}

/** A code by which accounts are joined: 11 characters from random bytes (55 bits) and a check character. */
export function accountLinkCode(randomBytes: Uint8Array): string {
  const payload = encode(randomBytes, ACCOUNT_CODE_PAYLOAD);
  return payload + checkCharacter(payload);
}

/** An order's number: `P`, the local day as yymmdd, 12 characters from random bytes (60 bits), a check character. */
export function orderNumber(day: string, randomBytes: Uint8Array): string {
  if (!/^\d{6}$/.test(day)) throw new RangeError(`a day is written yymmdd, not ${day}`);
  const payload = `P${day}${encode(randomBytes, ORDER_NUMBER_PAYLOAD)}`;
  return payload + checkCharacter(payload);
}

/** A code as it was made: in capitals, without the spaces and dashes that people put in. */
export const plainCode = (text: string): string => text.replace(/[\s-]/g, '').toUpperCase();

/** Whether a code typed by a person has the right check character. Case is ignored, spaces and dashes are dropped. */
export function isCodeValid(text: string): boolean {
  const code = plainCode(text);
  if (code.length < 2 || [...code].some((character) => !CHECK_ALPHABET.includes(character))) return false;
  return checkCharacter(code.slice(0, -1)) === code.slice(-1);
}
