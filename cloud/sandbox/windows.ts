import { randomUUID } from 'node:crypto';

import type { FaultKind } from './faults';
import type { Host, User, Users } from './users';

export type WindowAction = 'pay' | 'cancel' | 'insufficient' | 'network_lost';

/** What the host's native API calls back with. */
export type WindowResult = Readonly<Record<string, unknown>> & { readonly ok: boolean };

/** A payment that can be decided on, as its gateway opened it. */
export interface Payable {
  readonly payee: string;
  readonly amountFen: number;
  readonly user: User;
  readonly decide: (action: WindowAction, fault: FaultKind | undefined) => WindowResult;
}

export interface PaymentWindow extends Payable {
  readonly id: string;
  readonly host: Host;
  result: WindowResult | undefined;
}

export type Decision =
  | { readonly result: WindowResult }
  | { readonly error: 'already_decided' }
  | { readonly error: 'wrong_password'; readonly attemptsLeft: number };

/** The native payment windows that stand open or were decided. */
export class Windows {
  private readonly byId = new Map<string, PaymentWindow>();

  constructor(
    private readonly users: Users,
    private readonly takeFault: (host: Host) => FaultKind | undefined,
  ) {}

  open(host: Host, payable: Payable): PaymentWindow {
    const window = { ...payable, host, id: randomUUID(), result: undefined };
    this.byId.set(window.id, window);
    return window;
  }

  find(id: string): PaymentWindow | undefined {
    return this.byId.get(id);
  }

  /** The user's decision. Paying takes the password. */
  decide(window: PaymentWindow, action: WindowAction, password: string | undefined): Decision {
    if (window.result !== undefined) return { error: 'already_decided' };
    if (action === 'pay' || password !== undefined) {
      const verdict = this.users.checkPassword(window.user, password ?? '');
      if (!verdict.ok) return { error: 'wrong_password', attemptsLeft: verdict.attemptsLeft };
    }
    window.result = window.decide(action, this.takeFault(window.host));
    return { result: window.result };
  }
}
