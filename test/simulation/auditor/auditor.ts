import type { Client } from 'pg';

import type { GatewayName } from '../../../cloud/gateways/port';
import type { Book, Notice } from '../gateways/book';
import { auditBalances, auditBooks, auditUnsettled } from './balances';
import { auditFound, auditResolved } from './bills';
import { idOf, Mirror, NOTHING_CHANGED } from './mirror';
import { ENDED_ATTEMPTS, ENDED_PAYOUTS, FINAL_ORDERS } from './model';
import { auditOrder, type Audit } from './orders';
import { auditGatewayRefunds } from './refunds';
import { auditGatewayPayouts, auditSettlement } from './settlements';

export interface Violation {
  /** What kind of promise is broken: the same for the same mistake. */
  readonly kind: string;
  readonly text: string;
}

/** What an idempotency key was answered with. */
interface Acknowledged {
  readonly table: 'orders' | 'refunds';
  readonly id: string;
  readonly text: string;
}

/**
 * Watches from outside: compares the database, row by row as it changes, with the design and with what the gateways
 * truly did. Knows nothing of the code it judges.
 */
export class Auditor {
  readonly violations: Violation[] = [];
  readonly mirror: Mirror;
  private readonly told = new Set<string>();
  private readonly acknowledged = new Map<string, Acknowledged>();
  private readonly claims: string[] = [];
  private readonly remarks = new Map<string, string>();
  private readonly handedOver = new Set<string>();
  private readonly view: Audit;
  private checkedNotices: Readonly<Record<GatewayName, Set<Notice>>> = {
    wechatpay: new Set(),
    alipay: new Set(),
  };

  constructor(
    database: Client,
    private readonly books: Readonly<Record<GatewayName, Book>>,
  ) {
    this.mirror = new Mirror(database);
    this.view = {
      mirror: this.mirror,
      books,
      report: this.report,
      wasHandedOver: (refundId) => this.wasHandedOver(refundId),
    };
  }

  async begin(): Promise<void> {
    await this.mirror.follow();
  }

  report = (kind: string, text: string): void => {
    if (!this.violations.some((known) => known.text === text)) this.violations.push({ kind, text });
  };

  /** An event that a worker published. */
  heard(event: string, fields: Readonly<Record<string, unknown>>): void {
    if (typeof fields.eventId === 'string') this.told.add(`${event} ${fields.eventId}`);
  }

  /** Somebody was told 201 under a key: what was made must be there, and every answer to that key the same. */
  acknowledge(key: string, made: Acknowledged): void {
    const known = this.acknowledged.get(key);
    if (known === undefined) this.acknowledged.set(key, made);
    else if (known.id !== made.id || known.text !== made.text) {
      this.report('idempotency', `key ${key} was answered with ${known.id} and with ${made.id}`);
    }
  }

  /** Whether an operator said that a person returned a refund. */
  wasHandedOver(refundId: string): boolean {
    return this.handedOver.has(refundId);
  }

  /** An operator says that a person returned a refund. */
  handOver(refundId: string): void {
    this.handedOver.add(refundId);
  }

  /** Somebody was told that an attempt succeeded. */
  claim(attemptId: string): void {
    this.claims.push(attemptId);
  }

  /** Checks what changed since the last time. */
  async observe({ databaseTouched }: { readonly databaseTouched: boolean }): Promise<void> {
    const { orders, settlements, tampered } = databaseTouched ? await this.mirror.follow() : NOTHING_CHANGED;
    for (const text of tampered) this.report('append_only', text);
    for (const orderId of orders) auditOrder(this.view, orderId);
    for (const settlementId of settlements) auditSettlement(this.view, settlementId);
    auditBalances(this.view);
    this.auditNotices();
    this.auditAnswers(orders);
    auditGatewayRefunds(this.view);
    auditGatewayPayouts(this.view);
  }

  /** Checks everything, what did not change too. */
  async observeAll(): Promise<void> {
    await this.observe({ databaseTouched: true });
    for (const text of await this.mirror.compare()) this.report('append_only', text);
    for (const orderId of this.mirror.all('orders').keys()) auditOrder(this.view, orderId);
    for (const id of this.mirror.all('settlements').keys()) auditSettlement(this.view, id);
    for (const event of this.mirror.all('outbox').values()) {
      if (event.completed_at !== null && !this.told.has(`${event.type} ${event.id}`)) {
        this.report('outbox', `event ${event.id} counts as told, and nobody was`);
      }
    }
  }

  /** Whether nothing is left to do but what another day brings. */
  isQuiet(): boolean {
    const { mirror } = this;
    const every = <Row>(rows: ReadonlyMap<string, Row>, is: (row: Row) => boolean): boolean =>
      [...rows.values()].every(is);
    return (
      every(mirror.all('orders'), ({ state }) => FINAL_ORDERS.includes(state)) &&
      every(mirror.all('attempts'), ({ state }) => ENDED_ATTEMPTS.includes(state)) &&
      every(mirror.all('refunds'), ({ state }) => state === 'succeeded') &&
      every(mirror.all('settlements'), ({ state }) => state === 'paid') &&
      every(mirror.all('outbox'), (event) => event.completed_at !== null) &&
      Object.values(this.books).every((book) =>
        book.notices.every((notice) => notice.accepted || notice.lost),
      )
    );
  }

  /** Checks what must be true once the faults are off, bills are matched and nothing is left to do. */
  async observeQuiet(nowMs: number): Promise<void> {
    await this.observeAll();
    const stuck = (what: string): void => this.report('stuck', what);
    for (const { id, state } of this.mirror.all('orders').values()) {
      if (FINAL_ORDERS.includes(state)) continue;
      stuck(`order ${id} is ${state}`);
      // A lease that nobody holds and that keeps others from what is left to do.
      const claimedUntil = this.mirror.all('open_orders').get(id)?.claimed_until ?? null;
      if (claimedUntil !== null && Date.parse(claimedUntil) > nowMs) {
        this.report('dead_lease', `order ${id} is ${state}, and claimed until ${claimedUntil}`);
      }
    }
    for (const [table, final] of [
      ['attempts', ENDED_ATTEMPTS],
      ['refunds', ['succeeded']],
      ['settlements', ['paid']],
      ['payouts', ENDED_PAYOUTS],
    ] as const) {
      for (const { id, state } of this.mirror.all(table).values()) {
        if (!(final as readonly string[]).includes(state)) stuck(`${table}: ${id} is ${state}`);
      }
    }
    for (const event of this.mirror.all('outbox').values()) {
      if (event.completed_at === null || event.dead_at !== null) stuck(`event ${event.id} was not told`);
    }
    for (const book of Object.values(this.books)) {
      for (const { id, lost, accepted } of book.notices) {
        // One that is never sent again stays as it is: what it told is found by asking.
        if (lost) continue;
        if (!accepted) stuck(`${id} was never taken`);
        if (this.mirror.all('inbox').get(`${book.name} ${id}`)?.applied_at === null)
          stuck(`${id} was not applied`);
      }
    }
    auditBooks(this.view);
  }

  /** Checks that yesterday's bills were matched with all that is wrong in them. */
  observeBills(nowMs: number): void {
    auditFound(this.view, nowMs);
  }

  /** Checks that people have nothing left to decide, and that merchants got what is due to them. */
  observeSettled(nowMs: number): void {
    auditResolved(this.view);
    auditUnsettled(this.view, nowMs);
  }

  /** A gateway that was told "received" does not speak of it again: it must be recorded by then. */
  private auditNotices(): void {
    for (const book of Object.values(this.books)) {
      const checked = this.checkedNotices[book.name];
      for (const notice of book.notices) {
        if (!notice.accepted || checked.has(notice)) continue;
        checked.add(notice);
        const known = this.recordedAs(book, notice);
        if (known !== 'recorded') this.report('ack', `${notice.id} was taken; what it told is ${known}`);
      }
    }
  }

  private recordedAs({ name }: Book, notice: Notice): string {
    const { mirror } = this;
    const held = (state: string | undefined, ...wanted: readonly string[]): string =>
      wanted.includes(state ?? '') ? 'recorded' : (state ?? 'not there');
    switch (notice.kind) {
      case 'payment':
        return held(mirror.attemptOf(notice.payment.outTradeNo)?.state, 'succeeded');
      case 'refund': {
        const refund = mirror.all('refunds').get(idOf(notice.refund.outRefundNo));
        // What was given up may have been seen to meanwhile.
        const later = notice.state === 'abnormal' ? ['needs_review', 'processing'] : [];
        return held(refund?.state, 'succeeded', ...later);
      }
      case 'payout': {
        const payout = mirror.all('payouts').get(idOf(notice.payout.outBillNo));
        if (payout?.source !== name) return 'not there';
        return held(payout.state, notice.state, ...(notice.state === 'paid' ? ['returned'] : []));
      }
    }
  }

  private auditAnswers(touched: ReadonlySet<string>): void {
    for (const [key, { table, id }] of this.acknowledged) {
      if (!this.mirror.all(table).has(id)) this.report('acknowledged', `${id} of key ${key} is gone`);
    }
    for (const attemptId of this.claims.splice(0)) {
      if (this.mirror.all('attempts').get(attemptId)?.state !== 'succeeded') {
        this.report('believed', `somebody was told that attempt ${attemptId} succeeded`);
      }
    }
    for (const orderId of touched) {
      const remark = this.mirror.all('orders').get(orderId)?.remark ?? '';
      if (remark === '') continue;
      const first = this.remarks.get(remark) ?? orderId;
      this.remarks.set(remark, first);
      if (first !== orderId) this.report('idempotency', `one key placed two orders, ${first} and ${orderId}`);
    }
  }
}
