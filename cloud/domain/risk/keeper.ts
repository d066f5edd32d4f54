import { BoundedMap } from './bounded';
import { dayOf, hourOf, movesMoney, type RiskEvent } from './event';
import { featuresOf } from './compute';
import { type Features } from './features';
import { acquaintance, DeviceHistory, PayeeHistory, UserHistory, type Past } from './histories';
import { Population } from './population';

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
  firstMs: number | undefined;

  /** What is known of an event before it is decided. Changes nothing. */
  features(event: RiskEvent): Features {
    return featuresOf(this, event);
  }

  record(event: RiskEvent, features: Features, outcome: Outcome): void {
    const { atMs, device, city } = event;
    this.firstMs ??= atMs;
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
    if (device !== '') this.recordDevice(event, user, features, outcome);
    if (event.action === 'pin_fail') user.pinFails.add({ atMs });
    if (event.action === 'bind_card') user.binds.add({ atMs });
    if (event.action === 'login') user.logins.add({ atMs, device });
    if (movesMoney(event)) this.recordPayment(event, user, features, outcome);
  }

  private recordDevice(event: RiskEvent, user: UserHistory, features: Features, outcome: Outcome): void {
    const { atMs } = event;
    const known = user.devices.take(event.device, () => acquaintance(atMs));
    known.lastMs = atMs;
    if (movesMoney(event) && outcome === 'passed') known.payments += 1;
    const device = this.devices.take(event.device, () => new DeviceHistory());
    const guest = event.device !== user.firstDevice;
    const seen = device.users.take(event.user, () => ({ lastMs: atMs, guest, held: false }));
    seen.lastMs = atMs;
    if (outcome === 'held') seen.held = true;
    if (event.action === 'bind_card') device.binds.add({ atMs });
    if (movesMoney(event)) device.made.add({ atMs, user: event.user, tiny: features.tiny === 1 });
  }

  private recordPayment(event: RiskEvent, user: UserHistory, features: Features, outcome: Outcome): void {
    const { atMs, amountFen } = event;
    const held = outcome === 'held';
    const newPayee = features.newPayee === 1;
    const tiny = features.tiny === 1;
    const amounts = this.population.amountsOf(event);
    const log = Math.log(Math.max(1, amountFen)) - amounts.mean;
    const { amountScore } = features;
    user.made.add({
      atMs,
      amountFen,
      payee: event.payee,
      device: event.device,
      newPayee,
      amountScore,
      tiny,
      held,
    });
    const payee = this.payees.take(event.payee, () => new PayeeHistory(atMs));
    const odd = newPayee && (amountScore > 1.5 || features.strangeDevice === 1);
    payee.received.add({ atMs, amountFen, payer: event.user, firstTime: newPayee, odd, tiny, held });
    const known = user.payees.take(event.payee, () => acquaintance(atMs));
    known.lastMs = atMs;
    if (held) return;
    known.payments += 1;
    user.payments += 1;
    if (newPayee) user.newPayees += 1;
    user.logSum += log;
    user.logSquares += log * log;
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
    const logFen = Math.log(Math.max(1, amountFen));
    payee.payments += 1;
    payee.logSum += logFen;
    payee.logSquares += logFen * logFen;
    this.population.add(event, hour, newPayee);
  }
}
