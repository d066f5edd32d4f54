import { DAY_MS, SHANGHAI_OFFSET_MS } from '../calendar';

/** What a person does that is judged. */
export type RiskAction = 'login' | 'pin_fail' | 'bind_card' | 'pay' | 'transfer';

export type PayeeKind = 'merchant' | 'person' | '';

/** One thing that happened, as it is known when it is judged. An empty text means unknown. */
export interface RiskEvent {
  /** ms since 1970 UTC. Events come in order of time. */
  readonly atMs: number;
  readonly user: string;
  readonly device: string;
  readonly city: string;
  readonly action: RiskAction;
  readonly payee: string;
  readonly payeeKind: PayeeKind;
  /** Fen; zero where no money moves. */
  readonly amountFen: number;
}

/** Whether money leaves somebody by it. */
export const movesMoney = (event: Pick<RiskEvent, 'action'>): boolean =>
  event.action === 'pay' || event.action === 'transfer';

/** Whether it can be stopped, for good or until a challenge is passed: what has happened already cannot. */
export const canBeHeld = (event: Pick<RiskEvent, 'action'>): boolean =>
  movesMoney(event) || event.action === 'bind_card';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;

/** The hour of the day in Shanghai, 0 to 23. */
export const hourOf = (atMs: number): number => Math.floor((atMs + SHANGHAI_OFFSET_MS) / HOUR_MS) % 24;

/** The day in Shanghai, counted from 1970-01-01. */
export const dayOf = (atMs: number): number => Math.floor((atMs + SHANGHAI_OFFSET_MS) / DAY_MS);
