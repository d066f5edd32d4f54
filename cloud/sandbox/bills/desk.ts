import { randomBytes } from 'node:crypto';

import type { BillFault } from './faults';

type Gateway = 'wechatpay' | 'alipay';
export type BillKind = 'trade' | 'fund';

/** A bill made elsewhere and served as it is: for bills larger than any day of the sandbox. */
export interface ReadyBill {
  readonly gateway: Gateway;
  readonly kind: BillKind;
  readonly date: string;
  /** A gzipped file on this machine. */
  readonly path: string;
  /** SHA-1 of the uncompressed contents, hex. */
  readonly sha1: string;
}

/** What a download address gives: bytes in memory, or a file that is gzipped already. */
export type BillFile = { readonly bytes: Buffer } | { readonly gzippedPath: string };

/** Hands out bills: addresses that live a short while, the clock bills are made by, and what is wrong with them. */
export class BillDesk {
  /** How far this desk is ahead of the sandbox's clock: a day's bill is only ready the day after. */
  aheadMs = 0;
  private readonly files = new Map<string, { readonly file: BillFile; readonly expiresAt: number }>();
  private readonly faults: { readonly gateway: Gateway; readonly fault: BillFault }[] = [];
  private readonly ready: ReadyBill[] = [];

  constructor(private readonly clock: () => Date) {}

  now(): Date {
    return new Date(this.clock().getTime() + this.aheadMs);
  }

  addFault(gateway: Gateway, fault: BillFault): void {
    this.faults.push({ gateway, fault });
  }

  faultsOf(gateway: Gateway): readonly BillFault[] {
    return this.faults.filter((entry) => entry.gateway === gateway).map((entry) => entry.fault);
  }

  hasFault(gateway: Gateway, kind: BillFault['kind']): boolean {
    return this.faultsOf(gateway).some((fault) => fault.kind === kind);
  }

  clearFaults(): void {
    this.faults.length = 0;
  }

  addReady(bill: ReadyBill): void {
    this.ready.push(bill);
  }

  readyBill(gateway: Gateway, kind: BillKind, date: string): ReadyBill | undefined {
    return this.ready.find((bill) => bill.gateway === gateway && bill.kind === kind && bill.date === date);
  }

  /** Keeps a file for so long; the token its address carries. */
  keep(file: BillFile, livesMs: number): string {
    const token = randomBytes(24).toString('hex');
    this.files.set(token, { file, expiresAt: this.now().getTime() + livesMs });
    return token;
  }

  take(token: string): BillFile | undefined {
    const kept = this.files.get(token);
    return kept === undefined || kept.expiresAt <= this.now().getTime() ? undefined : kept.file;
  }
}

/** The first half: what a connection that broke leaves. */
export const truncated = (bytes: Buffer): Buffer => bytes.subarray(0, Math.floor(bytes.length / 2));
