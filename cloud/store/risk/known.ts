import {
  movesMoney,
  NOTHING_RECEIVED,
  UNPAID,
  type Known,
  type KnownAccount,
  type KnownPayee,
  type Lists,
  type RiskEvent,
} from '../../domain/risk';
import { run, type Database } from '../database';
import type { ListName, ListSubject } from './tables';

type KnownCity = Pick<KnownAccount, 'cityFirstMs' | 'homeCity' | 'lastCity' | 'cityLeftMs'>;
type SevenDays = 'payments7d' | 'logSum7d' | 'logSquares7d';

/** What `risk_known` answers. */
export interface KnownAnswer {
  readonly summary: {
    readonly account: Omit<KnownAccount, keyof KnownCity> | null;
    readonly device: Known['device'];
    readonly made: Known['made'];
    readonly payeePayments: number;
    readonly paidFirstMs: number | null;
  };
  readonly city: KnownCity | null;
  readonly payee:
    | (Omit<KnownPayee, 'payments' | 'paidFirstMs' | SevenDays> & {
        readonly sums: Pick<KnownPayee, SevenDays>;
      })
    | null;
  readonly received: Known['received'] | null;
}

const NOWHERE: KnownCity = { cityFirstMs: null, homeCity: '', lastCity: '', cityLeftMs: null };

/** What the database knows of an event, in the domain's words. */
export function knownFrom({ summary, city, payee, received }: KnownAnswer): Known {
  const { account, device, made, payeePayments, paidFirstMs } = summary;
  const { sums, ...payers } = payee ?? { sums: {} };
  return {
    account: account && { ...account, ...(city ?? NOWHERE) },
    device,
    made,
    payee: payee === null ? UNPAID : { ...UNPAID, ...payers, ...sums, payments: payeePayments, paidFirstMs },
    received: received ?? NOTHING_RECEIVED,
  };
}

/** What people decided about the names of an event. */
export interface StandingAnswer {
  readonly listed: readonly (readonly [list: ListName, subject: ListSubject, name: string])[] | null;
}

/** The names of one event that are on a list. */
export function listsFrom(listed: StandingAnswer['listed']): Lists {
  const namesOn = (wanted: ListName) => {
    const of = (subject: ListSubject): ReadonlySet<string> =>
      new Set(
        listed?.filter((entry) => entry[0] === wanted && entry[1] === subject).map(([, , name]) => name),
      );
    return { users: of('user'), devices: of('device'), payees: of('payee') };
  };
  return { block: namesOn('block'), allow: namesOn('allow') };
}

const READ_KNOWN = `
  select risk_known($1, $2, $3, $4, $5::bigint, $6::timestamptz) as known, risk_standing($1, $2, $4) as standing`;

/** What is known of an event before it is judged, and how its names stand. */
export async function readKnown(
  db: Database,
  event: RiskEvent,
): Promise<{ readonly known: Known; readonly lists: Lists }> {
  const isPayment = movesMoney(event);
  const [row] = await run<{ known: KnownAnswer; standing: StandingAnswer }>(db, READ_KNOWN, [
    event.user,
    event.device,
    event.city,
    isPayment ? event.payee : null,
    isPayment ? event.amountFen : null,
    new Date(event.atMs),
  ]);
  if (row === undefined) throw new Error('nothing is known');
  return { known: knownFrom(row.known), lists: listsFrom(row.standing.listed) };
}
