import { Hono, type Context } from 'hono';

import { paths } from '../../contract/paths';
import { incomingPayoutListQuerySchema, payoutParametersSchema } from '../../contract/payout-schemas';
import type { IncomingPayout, IncomingPayoutList, IncomingPayoutState } from '../../contract/types';
import { isPayoutOpen, type PayoutState } from '../../domain';
import { getPayoutTo, listPayoutsTo, type Payee, type PayeePayoutRow } from '../../store';
import { getLogin } from '../../store/logins';
import type { Dependencies } from '../dependencies';
import { authenticated } from '../http/auth';
import { pathParameters, query } from '../http/body';
import { pageAt } from '../http/cursor';
import type { App, Env } from '../http/environment';
import { ApiError } from '../http/problem';
import { incomingPayoutText } from '../wording';
import { advancePayout } from './advance';
import { payeeOf } from './payee';

const STATES: Readonly<Record<PayoutState, IncomingPayoutState>> = {
  requested: 'on_its_way',
  unknown: 'on_its_way',
  processing: 'on_its_way',
  awaiting_payee: 'awaiting_confirmation',
  paid: 'paid',
  failed: 'failed',
  returned: 'returned',
};

/** What is paid out to the open id of whoever is signed in: all of it, and one payout that is being confirmed. */
export function routes(deps: Dependencies): App {
  const app = new Hono<Env>();
  const signedIn = authenticated(deps);

  app.get(paths.payouts, signedIn, async (c) => {
    const payee = await caller(c);
    const page = await pageAt(listPayoutsTo(deps.db, { payee, ...query(c, incomingPayoutListQuerySchema) }));
    const items = page.items.map((payout) => answer(c, payout));
    return c.json({ items, nextCursor: page.nextCursor } satisfies IncomingPayoutList);
  });

  app.get('/v1/payouts/:payoutId', signedIn, async (c) => {
    const { payoutId } = pathParameters(c, payoutParametersSchema, 'payout_not_found');
    const payee = await caller(c);
    const known = await getPayoutTo(deps.db, { payee, payoutId });
    if (known === undefined) throw new ApiError('payout_not_found');
    if (!isPayoutOpen(known.state)) return c.json(answer(c, known));
    // The notification may be late or lost; the payee is waiting now.
    await advancePayout(deps, known);
    return c.json(answer(c, (await getPayoutTo(deps.db, { payee, payoutId })) ?? known));
  });

  async function caller(c: Context<Env>): Promise<Payee> {
    const login = await getLogin(deps.db, c.get('caller'));
    if (login === undefined) throw new ApiError('unauthenticated');
    return payeeOf(login);
  }

  function answer(c: Context<Env>, payout: PayeePayoutRow): IncomingPayout {
    const { confirmation, sentAt, paidAt } = payout;
    const state = STATES[payout.state];
    return {
      id: payout.id,
      kind: payout.cashbackId === null ? 'settlement' : 'cashback',
      merchantName: payout.merchantName,
      salesBefore: payout.cutOffDay,
      amountFen: payout.amountFen,
      state,
      text: incomingPayoutText(state, c.get('language')),
      confirmation:
        confirmation === null
          ? null
          : {
              mchId: deps.settings.wechatpay.mchId,
              appId: deps.settings.wechat.appId,
              package: confirmation,
            },
      sentAt: (sentAt ?? payout.createdAt).toISOString(),
      paidAt: paidAt?.toISOString() ?? null,
    };
  }

  return app;
}
