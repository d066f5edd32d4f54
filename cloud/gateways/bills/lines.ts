/** A line longer than this is no line of a bill. */
const LINE_CHARACTERS_MAX = 64 * 1024;

export class LineTooLong extends Error {
  override readonly name = 'LineTooLong';
}

/**
 * The lines of a text in some encoding that `TextDecoder` knows, without their ends, as many at a time as a chunk brings.
 * Characters that two chunks share are put together. Throws LineTooLong.
 */
export async function* lineBatches(
  chunks: AsyncIterable<Uint8Array>,
  encoding: 'utf-8' | 'gbk',
): AsyncGenerator<readonly string[]> {
  const decoder = new TextDecoder(encoding);
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LINE_CHARACTERS_MAX) throw new LineTooLong();
    yield lines.map(withoutReturn);
  }
  rest += decoder.decode();
  if (rest !== '') yield [withoutReturn(rest)];
}

const withoutReturn = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line);
