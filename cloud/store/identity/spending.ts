import type { Database } from '../database';

/** Hexadecimal digits of an instant at the head of a UUIDv7 (RFC 9562, section 5.7). */
const INSTANT_DIGITS = 12;

/** The smallest UUIDv7 made at an instant: what is made later has greater ids. */
function firstIdAt(instant: Date): string {
  const digits = instant.getTime().toString(16).padStart(INSTANT_DIGITS, '0');
  return `${digits.slice(0, 8)}-${digits.slice(8)}-7000-8000-000000000000`;
}

/**
 * What an account has paid or may yet pay since an instant, in fen, without one of its orders. Orders that wait for their
 * payment count, so that two payments at one moment both see the other.
 */
export async function spentSince(
  db: Database,
  question: { readonly accountId: string; readonly since: Date; readonly withoutOrderId: string },
): Promise<number> {
  const { total } = await db
    .selectFrom('orders')
    .select((eb) => eb.fn.coalesce(eb.fn.sum<string>('amountFen'), eb.lit(0)).as('total'))
    .where('accountId', '=', question.accountId)
    .where('id', '>=', firstIdAt(question.since))
    .where('id', '<>', question.withoutOrderId)
    .where('state', '<>', 'closed')
    .executeTakeFirstOrThrow();
  return Number(total);
}
