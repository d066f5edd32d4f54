import type { Client } from 'pg';

import type { GatewayName } from '../../../cloud/gateways/port';
import type { Book, Notice } from '../gateways/book';
import { Mirror } from './mirror';
import { ENDED_ATTEMPTS, FINAL_ORDERS } from './model';
import { auditOrder } from './orders';

export interface Violation {
  /** What kind of promise is broken: the same for the same mistake. */
  readonly kind: string;
  readonly text: string;
}

const NOTHING_CHANGED = { orders: new Set<string>(), tampered: [] };

/** What an idempotency key was answered with. */
interface Acknowledged {
  readonly orderId: string;
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
  private checkedNotices: Readonly<Record<GatewayName, Set<Notice>>> = {
    wechatpay: new Set(),
    alipay: new Set(),
  };

  constructor(
    database: Client,
    private readonly books: Readonly<Record<GatewayName, Book>>,
  ) {
    this.mirror = new Mirror(database);
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

  /** Somebody was told 201 for an order under a key: it must be there, and every answer to that key the same. */
  acknowledge(key: string, orderId: string, text: string): void {
    const known = this.acknowledged.get(key);
    if (known === undefined) this.acknowledged.set(key, { orderId, text });
    else if (known.orderId !== orderId || known.text !== text) {
      this.report('idempotency', `key ${key} was answered with order ${known.orderId} and with ${orderId}`);
    }
  }

  /** Somebody was told that an attempt succeeded. */
  claim(attemptId: string): void {
    this.claims.push(attemptId);
  }

  /** Checks what changed since the last time. */
  async observe({ databaseTouched }: { readonly databaseTouched: boolean }): Promise<void> {
    const { orders, tampered } = databaseTouched ? await this.mirror.follow() : NOTHING_CHANGED;
    for (const text of tampered) this.report('append_only', text);
    for (const orderId of orders)
      auditOrder({ mirror: this.mirror, books: this.books, report: this.report }, orderId);
    this.auditBalances();
    this.auditNotices();
    this.auditAnswers(orders);
    this.auditGatewayRefunds();
  }

  /** Checks everything, what did not change too. */
  async observeAll(): Promise<void> {
    await this.observe({ databaseTouched: true });
    for (const text of await this.mirror.compare()) this.report('append_only', text);
    for (const orderId of this.mirror.orders.keys())
      auditOrder({ mirror: this.mirror, books: this.books, report: this.report }, orderId);
    for (const event of this.mirror.outbox.values()) {
      if (event.completed_at !== null && !this.told.has(`${event.type} ${event.id}`)) {
        this.report('outbox', `event ${event.id} counts as told, and nobody was`);
      }
    }
  }

  /** Whether nothing is left to do. */
  isQuiet(): boolean {
    const { orders, attempts, refunds, outbox } = this.mirror;
    return (
      [...orders.values()].every((order) => FINAL_ORDERS.includes(order.state)) &&
      [...attempts.values()].every((attempt) => ENDED_ATTEMPTS.includes(attempt.state)) &&
      [...refunds.values()].every((refund) => refund.state === 'succeeded') &&
      [...outbox.values()].every((event) => event.completed_at !== null) &&
      Object.values(this.books).every((book) =>
        book.notices.every((notice) => notice.accepted || notice.lost),
      )
    );
  }

  /** Checks what must be true once the faults are off and time has passed. */
  async observeQuiet(nowMs: number): Promise<void> {
    await this.observeAll();
    const { orders, attempts, refunds, outbox, inbox } = this.mirror;
    // A lease that nobody holds and that keeps others from what is left to do.
    const unfinished = (what: string, claimedUntil: string | null): void => {
      this.report('stuck', what);
      if (claimedUntil !== null && Date.parse(claimedUntil) > nowMs) {
        this.report('dead_lease', `${what}, and claimed until ${claimedUntil}`);
      }
    };
    for (const order of orders.values()) {
      if (FINAL_ORDERS.includes(order.state)) continue;
      const lease = this.mirror.open_orders.get(order.id)?.claimed_until ?? null;
      unfinished(`order ${order.id} is ${order.state}`, lease);
    }
    for (const refund of refunds.values()) {
      if (refund.state === 'succeeded') continue;
      unfinished(`refund ${refund.id} is ${refund.state}`, refund.claimed_until);
    }
    for (const attempt of attempts.values()) {
      if (ENDED_ATTEMPTS.includes(attempt.state)) continue;
      this.report('stuck', `attempt ${attempt.id} is ${attempt.state}`);
    }
    for (const event of outbox.values()) {
      if (event.completed_at === null || event.dead_at !== null)
        this.report('stuck', `event ${event.id} was not told`);
    }
    for (const book of Object.values(this.books)) {
      for (const { id, lost } of book.notices) {
        // One that is never sent again stays as it is: what it told is found by asking.
        if (lost) continue;
        const row = inbox.get(`${book.name} ${id}`);
        if (row !== undefined && row.applied_at === null) this.report('stuck', `${id} was not applied`);
      }
    }
    this.auditBooks();
  }

  /** What each gateway received is in the ledger, and what it holds is what the ledger says. */
  private auditBooks(): void {
    for (const book of Object.values(this.books)) {
      for (const payment of book.payments.values()) {
        if (payment.state !== 'paid') continue;
        const attempt = this.mirror.attemptOf(payment.outTradeNo);
        if (attempt?.state !== 'succeeded') {
          this.report(
            'lost_money',
            `${book.name} received ${payment.outTradeNo}; its attempt is ${attempt?.state}`,
          );
        }
      }
      for (const notice of book.notices) {
        if (!notice.accepted && !notice.lost) this.report('stuck', `${notice.id} was never taken`);
      }
      const booked = this.mirror.balances.get(`gateway_clearing:${book.name} FEN`) ?? 0;
      if (booked !== book.balanceFen()) {
        this.report('balance', `${book.name} holds ${book.balanceFen()} fen, the ledger says ${booked}`);
      }
    }
  }

  private auditBalances(): void {
    const units = new Map<string, number>();
    for (const [account, balance] of this.mirror.balances) {
      const unit = account.split(' ')[1] ?? '';
      units.set(unit, (units.get(unit) ?? 0) + balance);
      // What is owed is negative: it never turns into a claim.
      if (/^(merchant_payable:|suspense|in_flight)/.test(account) && balance > 0) {
        this.report('balance', `${account} is overdrawn by ${balance}`);
      }
    }
    for (const [unit, sum] of units) {
      if (sum !== 0) this.report('balance', `the ledger sums to ${sum} in ${unit}`);
    }
  }

  /** A gateway that was told "received" does not speak of it again: it must be recorded by then. */
  private auditNotices(): void {
    for (const book of Object.values(this.books)) {
      const checked = this.checkedNotices[book.name];
      for (const notice of book.notices) {
        if (!notice.accepted || checked.has(notice)) continue;
        checked.add(notice);
        if (notice.kind === 'payment') {
          const attempt = this.mirror.attemptOf(notice.payment.outTradeNo);
          if (attempt?.state !== 'succeeded') {
            this.report('ack', `${notice.id} was taken, its attempt ${attempt?.id} is ${attempt?.state}`);
          }
        } else if (notice.refund !== undefined) {
          const booked = [...this.mirror.refunds.values()].some(
            (refund) =>
              refund.state === 'succeeded' && refund.id.replaceAll('-', '') === notice.refund?.outRefundNo,
          );
          if (!booked) this.report('ack', `${notice.id} was taken, its refund is not recorded`);
        }
      }
    }
  }

  private auditAnswers(touched: ReadonlySet<string>): void {
    for (const [key, { orderId }] of this.acknowledged) {
      if (!this.mirror.orders.has(orderId))
        this.report('acknowledged', `order ${orderId} of key ${key} is gone`);
    }
    for (const attemptId of this.claims.splice(0)) {
      if (this.mirror.attempts.get(attemptId)?.state !== 'succeeded') {
        this.report('believed', `somebody was told that attempt ${attemptId} succeeded`);
      }
    }
    for (const orderId of touched) {
      const remark = this.mirror.orders.get(orderId)?.remark ?? '';
      if (remark === '') continue;
      const first = this.remarks.get(remark) ?? orderId;
      this.remarks.set(remark, first);
      if (first !== orderId) this.report('idempotency', `one key placed two orders, ${first} and ${orderId}`);
    }
  }

  /** Nothing leaves through a gateway that no recorded refund asked for. */
  private auditGatewayRefunds(): void {
    for (const book of Object.values(this.books)) {
      for (const payment of book.payments.values()) {
        if (payment.refunds.length === 0) continue;
        const attempt = this.mirror.attemptOf(payment.outTradeNo);
        const wanted = [...this.mirror.refunds.values()]
          .filter((refund) => refund.attempt_id === attempt?.id)
          .reduce((sum, refund) => sum + refund.refund_fen, 0);
        const sent = payment.refunds.reduce((sum, refund) => sum + refund.refundFen, 0);
        if (sent > wanted) this.report('refund', `${payment.outTradeNo} got back ${sent} of ${wanted} fen`);
      }
    }
  }
}
