import path from 'node:path';

import {
  BENEFIT_KINDS,
  checkPromotion,
  compileFees,
  fen,
  formatYuan,
  priceMethods,
  promotionPricing,
  promotionTracesOf,
  termsOf,
  type BenefitKind,
  type PayerFacts,
  type PaymentFacts,
  type PaymentMethod,
  type Promotion,
  type PromotionConditions,
  type Reducer,
} from '../../../cloud/domain';
import { firstPointsRules } from '../../support/pricing';
import { feeRule } from '../../support/fee-rules';
import { payer, payment, promotion } from '../../support/promotions';
import {
  cell,
  examplesIn,
  ppmOf,
  rowsOf,
  shanghaiMs,
  valuesOf,
  yuan,
  type Row,
} from '../../support/worked-examples';

const DAY_MS = 86_400_000;
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const table = (name: string): readonly Row[] => rowsOf(path.join(__dirname, 'examples', name));
const whole = (text: string): number => {
  if (!/^\d+$/.test(text)) throw new Error(`not a number: ${text}`);
  return Number(text);
};
const oneOf = <Value extends string>(values: readonly Value[], text: string): Value => {
  const found = values.find((value) => value === text);
  if (found === undefined) throw new Error(`none of ${values.join(', ')}: ${text}`);
  return found;
};

function promotionFrom(row: Row): Promotion {
  const optional = <Value>(column: string, read: (text: string) => Value): Value | undefined =>
    cell(row, column) === '' ? undefined : read(cell(row, column));
  const kind = oneOf<BenefitKind>(BENEFIT_KINDS, cell(row, 'gives'));
  const amount = kind === 'bonus_points' ? whole : yuan;
  const when: PromotionConditions = {
    firstPayment: optional('first payment', (text) => oneOf(['ever', 'with_merchant'], text)),
    newUserDays: optional('account at most (days)', whole),
    merchantIds: valuesOf(cell(row, 'merchants')),
    categories: valuesOf(cell(row, 'categories')) as PromotionConditions['categories'],
    methods: valuesOf(cell(row, 'methods')) as PromotionConditions['methods'],
    hosts: valuesOf(cell(row, 'hosts')) as PromotionConditions['hosts'],
    weekdays: valuesOf(cell(row, 'weekdays'))?.map((day) => WEEKDAYS.indexOf(oneOf(WEEKDAYS, day)) + 1),
    hours: valuesOf(cell(row, 'hours'))?.map((hours) => {
      const [from = '', to = ''] = hours.split('-');
      return { from: whole(from), to: whole(to) };
    }),
    amountFenMin: optional('least amount (yuan)', yuan),
    amountFenMax: optional('most amount (yuan)', yuan),
    couponCode: optional('code', String),
  };
  return promotion(cell(row, 'promotion'), {
    benefit: {
      kind,
      fixed: amount(cell(row, 'fixed')),
      ratePpm: ppmOf(cell(row, 'share')),
      max: optional('at most', amount) ?? null,
    },
    when,
    startsAtMs: optional('from', shanghaiMs) ?? null,
    endsAtMs: optional('to', shanghaiMs) ?? null,
    limits: {
      timesPerUser: optional('times', whole) ?? null,
      timesPerUserDay: optional('times a day', whole) ?? null,
      budgetFen: optional('budget', amount) ?? null,
      budgetTimes: optional('budget (times)', whole) ?? null,
    },
    stacking: {
      group: optional('group', whole) ?? null,
      alone: optional('alone', (text) => oneOf(['yes'], text)) !== undefined,
      priority: whole(cell(row, 'priority')),
    },
  });
}

const sets = new Map<string, readonly Promotion[]>();
for (const row of table('promotions.csv')) {
  const name = cell(row, 'set');
  sets.set(name, [...(sets.get(name) ?? []), promotionFrom(row)]);
}

test.each([...sets])('the set %s has nothing wrong with it', (_, promotions) => {
  expect(promotions.flatMap(({ terms }) => checkPromotion(terms))).toEqual([]);
});

/** Named numbers of a cell, as `lunch 5/1`: none where it is empty. */
function named<Value>(text: string, read: (first: string, second: string) => Value): Record<string, Value> {
  if (text === '') return {};
  const [, name, first, second] = /^(\w+) ([\d.]+)\/(\d+)$/.exec(text) ?? [];
  if (name === undefined || first === undefined || second === undefined) {
    throw new Error(`not a name with two numbers: ${text}`);
  }
  return { [name]: read(first, second) };
}

function payerFrom(row: Row, atMs: number): PayerFacts {
  const paid = oneOf(['no', 'elsewhere', 'here'], cell(row, 'paid before'));
  const left = named(cell(row, 'left'), (inYuan, times) => ({ fen: yuan(inYuan), times: whole(times) }));
  return payer({
    accountCreatedAtMs: atMs - whole(cell(row, 'account (days)')) * DAY_MS,
    paidEver: paid !== 'no',
    paidMerchant: paid === 'here',
    used: named(cell(row, 'used'), (times, today) => ({
      times: whole(times),
      timesToday: whole(today),
      timesAtMerchant: whole(times),
    })),
    // What is left is kept by version.
    left: Object.fromEntries(Object.entries(left).map(([id, rest]) => [promotion(id).versionId, rest])),
  });
}

/** Points that pay so much, one for each fen. */
const paidByPoints =
  (amountFen: number): Reducer =>
  () => {
    const reason = { id: 'points_redeemed', points: amountFen, fenPerHundredPoints: fen(100) } as const;
    return amountFen === 0
      ? []
      : [{ kind: 'points_redeemed', amountFen: fen(amountFen), points: amountFen, reason }];
  };

const examples = table('payments.csv');
test('there are at least forty examples', () => expect(examples.length).toBeGreaterThanOrEqual(40));

test.each(examplesIn(examples))('row %i: %s', (_, __, row) => {
  const atMs = shanghaiMs(cell(row, 'at (Shanghai)'));
  const facts = payment({
    host: cell(row, 'host') as PaymentFacts['host'],
    merchantId: cell(row, 'merchant'),
    category: cell(row, 'category') as PaymentFacts['category'],
    amountFen: yuan(cell(row, 'amount (yuan)')),
    couponCode: cell(row, 'code') || undefined,
    atMs,
  });
  const promotions = sets.get(cell(row, 'set'));
  if (promotions === undefined) throw new Error(`no set ${cell(row, 'set')}`);
  const { reducer, rewards } = promotionPricing(
    promotions,
    { ...facts, totalFenMin: fen(1) },
    payerFrom(row, atMs),
  );
  const fee = feeRule('fee', {
    tiers: [{ upToFen: null, ratePpm: 0, fixedFen: yuan(cell(row, 'fee (yuan)')) }],
  });
  const prices = priceMethods(
    { ...facts, scene: 'merchant_payment', userTier: 'standard', allowanceUsedFen: {} },
    {
      fees: compileFees({ version: 1, rules: [fee] }),
      points: firstPointsRules,
      reducers: [reducer, paidByPoints(yuan(cell(row, 'points pay (yuan)')))],
      rewards,
    },
  );
  const price = prices.find(({ method }) => method === (cell(row, 'method') as PaymentMethod));
  if (price === undefined) throw new Error(`no method ${cell(row, 'method')}`);
  const { feeWaivedFen, discountFen, totalFen, points } = termsOf(price);
  const cashbackFen = (price.rewards ?? [])
    .filter(({ kind }) => kind === 'cashback')
    .reduce((sum, { amount }) => sum + amount, 0);
  const expected = (column: string) => formatYuan(yuan(cell(row, column)));
  expect({
    waived: formatYuan(feeWaivedFen),
    discount: formatYuan(discountFen),
    toPay: formatYuan(totalFen),
    cashback: formatYuan(fen(cashbackFen)),
    points,
    promotions: promotionTracesOf(price).map(({ promotionId }) => promotionId),
  }).toEqual({
    waived: expected('fee waived (yuan)'),
    discount: expected('discount (yuan)'),
    toPay: expected('to pay (yuan)'),
    cashback: expected('cashback (yuan)'),
    points: whole(cell(row, 'points earned')),
    promotions: valuesOf(cell(row, 'promotions')) ?? [],
  });
});
