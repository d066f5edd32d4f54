import { DAY_MS } from '../calendar';
import { BoundedMap } from '../bounded-map';
import { RecentWindow } from './recent-window';

/** How long it stays known that an account passed money on. */
export const PASSED_ON_MS = 30 * DAY_MS;

/** What of a payment is remembered by whoever made it. */
export interface PaymentMade {
  readonly atMs: number;
  readonly amountFen: number;
  readonly payee: string;
  readonly device: string;
  readonly newPayee: boolean;
  readonly amountScore: number;
  readonly tiny: boolean;
  readonly held: boolean;
}

/** What of a payment is remembered by whoever received it. */
export interface PaymentReceived {
  readonly atMs: number;
  readonly amountFen: number;
  readonly payer: string;
  readonly firstTime: boolean;
  readonly odd: boolean;
  readonly tiny: boolean;
  readonly held: boolean;
}

interface Moment {
  readonly atMs: number;
}

/** First and last use, and payments that went through. */
export interface Acquaintance {
  firstMs: number;
  lastMs: number;
  payments: number;
}

export const acquaintance = (atMs: number): Acquaintance => ({ firstMs: atMs, lastMs: atMs, payments: 0 });

/** The account's own past. */
export class UserHistory {
  lastMs: number;
  events = 0;
  payments = 0;
  newPayees = 0;
  /** Largest payment that went through, and largest sum of one day, in fen. */
  maxFen = 0;
  maxDayFen = 0;
  day = 0;
  dayFen = 0;
  /** ln(amount) less the mean of its kind over everybody: count, sum and sum of squares. */
  logSum = 0;
  logSquares = 0;
  readonly firstDevice: string;
  lastCity = '';
  /** When the account was last seen in the city before `lastCity`. */
  cityLeftMs = Number.NEGATIVE_INFINITY;
  readonly hours = new Float32Array(24);
  readonly devices = new BoundedMap<Acquaintance>(64);
  readonly cities = new BoundedMap<Acquaintance>(64);
  readonly payees = new BoundedMap<Acquaintance>(512);
  readonly made = new RecentWindow<PaymentMade>(DAY_MS, 64);
  readonly pinFails = new RecentWindow<Moment>(DAY_MS, 32);
  readonly binds = new RecentWindow<Moment>(DAY_MS, 32);
  /** Payments that passed on at once what had just come in. */
  readonly passedOn = new RecentWindow<Moment>(PASSED_ON_MS, 32);
  readonly logins = new RecentWindow<Moment & { readonly device: string }>(DAY_MS, 32);

  constructor(
    readonly firstMs: number,
    device: string,
  ) {
    this.lastMs = firstMs;
    this.firstDevice = device;
  }
}

/** A device's past, over all accounts. */
export class DeviceHistory {
  /** `heldMs`: of the newest held payment of the account on the device. */
  readonly users = new BoundedMap<{ lastMs: number; guest: boolean; heldMs: number }>(64);
  readonly binds = new RecentWindow<Moment>(DAY_MS, 32);
  readonly made = new RecentWindow<Moment & { readonly user: string; readonly tiny: boolean }>(DAY_MS, 64);
}

/** A payee's past: shop or person. */
export class PayeeHistory {
  readonly received = new RecentWindow<PaymentReceived>(7 * DAY_MS, 96);

  constructor(readonly firstMs: number) {}
}

/** Everything that is remembered of accounts, devices and payees. */
export interface Past {
  readonly users: BoundedMap<UserHistory>;
  readonly devices: BoundedMap<DeviceHistory>;
  readonly payees: BoundedMap<PayeeHistory>;
}
