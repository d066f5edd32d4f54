/** Every way in which the simulated world misbehaves, by the name under which it is counted. */
export const FAULTS = [
  'lost_notification',
  'late_notification',
  'doubled_notification',
  'reordered_notification',
  'tampered_notification',
  'stale_notification',
  'wrong_amount',
  'create_timeout_before_effect',
  'create_timeout_after_effect',
  'create_arrives_late',
  'query_timeout',
  'close_timeout_before_effect',
  'close_timeout_after_effect',
  'refund_timeout_before_effect',
  'refund_answer_lost',
  'gateway_5xx',
  'breaker_open',
  'server_crash',
  'worker_crash',
  'concurrent_workers',
  'database_lost_before_query',
  'database_lost_after_commit',
  'database_restart',
  'clock_jump_forward',
  'clock_jump_back',
  'clock_skew',
  'method_switched',
  'double_press',
  'idempotent_retry',
  'client_lie',
  'cancel_racing_payment',
  'expiry_racing_payment',
  'late_success_after_close',
  'second_success',
  'refund_racing_payment',
] as const;
export type FaultName = (typeof FAULTS)[number];
export type FaultCounts = Record<FaultName, number>;

export const noFaults = (): FaultCounts => Object.fromEntries(FAULTS.map((name) => [name, 0])) as FaultCounts;

/** Adds one run's counts to a sum. */
export function addFaults(sum: FaultCounts, counts: FaultCounts): void {
  for (const name of FAULTS) sum[name] += counts[name];
}
