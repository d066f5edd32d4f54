/** GBK's two-byte characters: first byte 0x81 to 0xfe, second 0x40 to 0xfe without 0x7f. */
const FIRST = { min: 0x81, max: 0xfe } as const;
const SECOND = { min: 0x40, max: 0xfe } as const;
const QUESTION_MARK = 0x3f;

let table: ReadonlyMap<string, readonly [number, number]> | undefined;

/** Node decodes GBK and does not encode it: the table is read off its decoder, once. */
function tableOf(): ReadonlyMap<string, readonly [number, number]> {
  const decoder = new TextDecoder('gbk');
  const found = new Map<string, readonly [number, number]>();
  for (let first: number = FIRST.min; first <= FIRST.max; first += 1) {
    for (let second: number = SECOND.min; second <= SECOND.max; second += 1) {
      const character = decoder.decode(Uint8Array.of(first, second));
      if ([...character].length === 1 && character !== '\ufffd' && !found.has(character)) {
        found.set(character, [first, second]);
      }
    }
  }
  return found;
}

/** A text in GBK; what GBK has no character for becomes a question mark, as in Alipay's files. */
export function encodeGbk(text: string): Buffer {
  table ??= tableOf();
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? QUESTION_MARK;
    if (code < 0x80) bytes.push(code);
    else bytes.push(...(table.get(character) ?? [QUESTION_MARK]));
  }
  return Buffer.from(bytes);
}
