/**
 * The longest beginning of a text that takes at most so many bytes of UTF-8, never half a character. Limits of the
 * gateways are documented as "characters" without saying which: counted in bytes they are kept under every reading.
 */
export function cutToBytes(text: string, bytesMax: number): string {
  let bytes = 0;
  let cut = '';
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > bytesMax) break;
    cut += character;
  }
  return cut;
}

/** The first so many characters of a text, where a gateway says that it counts characters. */
export const cutToCharacters = (text: string, charactersMax: number): string =>
  [...text].slice(0, charactersMax).join('');
