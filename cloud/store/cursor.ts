import { validate } from 'uuid';

/** A cursor that this store did not make. */
export class InvalidCursor extends Error {
  override readonly name = 'InvalidCursor';
}

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Where the next page begins; null on the last. */
  readonly nextCursor: string | null;
}

/** The id that a cursor continues after. Throws InvalidCursor. */
export function readCursor(cursor: string): string {
  const id = Buffer.from(cursor, 'base64url').toString('latin1');
  if (!validate(id)) throw new InvalidCursor('the cursor names no row');
  return id;
}

/** Cuts what was read with one row more than a page down to the page. */
export function pageOf<Item extends { readonly id: string }>(
  rows: readonly Item[],
  limit: number,
): Page<Item> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items, nextCursor: more ? Buffer.from(last.id, 'latin1').toString('base64url') : null };
}
