import { BoundedMap } from '../bounded-map';
import { featuresOf } from './compute';
import { dayOf, hourOf, movesMoney, type RiskEvent } from './event';
import { type Features } from './features';
import { gather } from './gather';
import { acquaintance, DeviceHistory, PayeeHistory, UserHistory, type Past } from './histories';
import { Population } from './population';
import { traceOf, type PaymentTrace } from './trace';

const USERS_MAX = 1_000_000;

/** Whether a payment went through unhindered. What was held earns its device and its payee no trust. */
export type Outcome = 'passed' | 'held';

/**
 * The past in memory, kept so that features of the next event cost the same whatever came before. One event at a time, in
 * order of time: first `features`, then `record` with what became of it.
 */
export class FeatureKeeper implements Past {
  readonly users = new BoundedMap<UserHistory>(USERS_MAX);
  readonly devices = new BoundedMap<DeviceHistory>(USERS_MAX);
  readonly payees = new BoundedMap<PayeeHistory>(USERS_MAX);
  readonly population = new Population();

  /** What is known of an event before it is decided. Changes nothing. */
  features(event: RiskEvent): Features {
    return featuresOf(gather(this, event), this.population, event);
  }

  record(event: RiskEvent, features: Features, outcome: Outcome): void {
    const { atMs, device, city } = event;
    this.population.firstMs ??= atMs;
    const user = this.users.take(event.user, () => new UserHistory(atMs, device));
    user.events += 1;
    if (city !== '') {
      if (user.lastCity !== '' && user.lastCity !== city) user.cityLeftMs = user.lastMs;
      user.lastCity = city;
      const seen = user.cities.take(city, () => acquaintance(atMs));
      seen.lastMs = atMs;
      seen.payments += 1;
    }
    user.lastMs = atMs;
    const trace = movesMoney(event) ? traceOf(event, features, this.population) : undefined;
    if (device !== '') this.recordDevice(event, user, trace, outcome);
    if (event.action === 'pin_fail') user.pinFails.add({ atMs });
    if (event.action === 'bind_card') user.binds.add({ atMs });
    if (event.action === 'login') user.logins.add({ atMs, device });
    if (trace !== undefined) this.recordPayment(event, user, trace, outcome);
  }

  private recordDevice(
    event: RiskEvent,
    user: UserHistory,
    trace: PaymentTrace | undefined,
    outcome: Outcome,
  ): void {
    const { atMs } = event;
    const known = user.devices.take(event.device, () => acquaintance(atMs));
    known.lastMs = atMs;
    if (trace !== undefined && outcome === 'passed') known.payments += 1;
    const device = this.devices.take(event.device, () => new DeviceHistory());
    const guest = event.device !== user.firstDevice;
    const never = Number.NEGATIVE_INFINITY;
    const seen = device.users.take(event.user, () => ({ lastMs: atMs, guest, heldMs: never }));
    seen.lastMs = atMs;
    if (trace !== undefined && outcome === 'held') seen.heldMs = atMs;
    if (event.action === 'bind_card') device.binds.add({ atMs });
    if (trace !== undefined) device.made.add({ atMs, user: event.user, tiny: trace.tiny });
  }

  private recordPayment(event: RiskEvent, user: UserHistory, trace: PaymentTrace, outcome: Outcome): void {
    const { atMs, amountFen, device } = event;
    const { newPayee, amountScore, tiny, odd, logRatio } = trace;
    const held = outcome === 'held';
    if (trace.passesOn) user.passedOn.add({ atMs });
    user.made.add({ atMs, amountFen, payee: event.payee, device, newPayee, amountScore, tiny, held });
    const payee = this.payees.take(event.payee, () => new PayeeHistory(atMs));
    payee.received.add({ atMs, amountFen, payer: event.user, firstTime: newPayee, odd, tiny, held });
    const known = user.payees.take(event.payee, () => acquaintance(atMs));
    known.lastMs = atMs;
    if (held) return;
    if (known.payments === 0) known.firstMs = atMs;
    known.payments += 1;
    user.payments += 1;
    if (newPayee) user.newPayees += 1;
    user.logSum += logRatio;
    user.logSquares += logRatio * logRatio;
    user.maxFen = Math.max(user.maxFen, amountFen);
    const day = dayOf(atMs);
    if (day !== user.day) {
      user.maxDayFen = Math.max(user.maxDayFen, user.dayFen);
      user.day = day;
      user.dayFen = 0;
    }
    user.dayFen += amountFen;
    const hour = hourOf(atMs);
    user.hours[hour] = (user.hours[hour] ?? 0) + 1;
    this.population.add(event, hour, newPayee);
  }
}
