import fc from 'fast-check';

import { chargeBy, checkFees, fen } from '../../cloud/domain';
import {
  findingText,
  priceReasonDetails,
  priceReasonText,
  rulesOfFinding,
} from '../../cloud/functions/wording';
import { feeRule, feeRules, ruleLists } from '../support/fee-rules';

const reasonOf = (rule: ReturnType<typeof feeRule>, amountFen: number, usedFen = 0) =>
  ({ id: 'fee_rule', trace: chargeBy(rule, 3, { amountFen: fen(amountFen), usedFen }) }) as const;

const tiers = [
  { upToFen: fen(100_000), ratePpm: 1_000, fixedFen: fen(0) },
  { upToFen: null, ratePpm: 500, fixedFen: fen(50) },
];

test.each([
  [feeRule('r', { freePerPaymentFen: fen(50_000) }), 50_000, '500 元以内免手续费', 'No fee up to ¥500'],
  [
    feeRule('r', { freePerPaymentFen: fen(50_000), feeFenMin: fen(1) }),
    50_001,
    '超过 500 元的部分收取 0.1%，最低 0.01 元',
    '0.1% of the part above ¥500, at least ¥0.01',
  ],
  [feeRule('r', { feeFenMax: fen(2_500) }), 5_000_000, '收取 0.1%，最高 25 元', '0.1%, at most ¥25'],
  [
    feeRule('r', { freePerMonthFen: fen(50_000) }),
    50_000,
    '在本月免费额度内，免手续费',
    "No fee: within this month's free allowance",
  ],
  [
    feeRule('r', { tiers }),
    150_000,
    '1000 元以内的部分收取 0.1%，超过 1000 元的部分收取 0.05% 加每笔 0.50 元',
    '0.1% of the part up to ¥1000, 0.05% plus ¥0.50 per payment of the part above ¥1000',
  ],
  [
    feeRule('r', { tiers, mode: 'whole' }),
    100_000,
    '付款金额在 1000 元以内，整笔收取 0.1%',
    '0.1% of the whole payment, as it is up to ¥1000',
  ],
  [feeRule('r', { tiers: [{ upToFen: null, ratePpm: 0, fixedFen: fen(0) }] }), 5, '免手续费', 'No fee'],
])('a fee is told in one sentence (%#)', (rule, amountFen, chinese, english) => {
  const reason = reasonOf(rule, amountFen);
  expect([priceReasonText(reason, 'zh-CN'), priceReasonText(reason, 'en')]).toEqual([chinese, english]);
});

test('every step of a fee is told, down to the rule and its version', () => {
  const rule = feeRule('standard_fee', {
    freePerPaymentFen: fen(20_000),
    freePerMonthFen: fen(100_000),
    feeFenMin: fen(10),
  });
  expect(priceReasonDetails(reasonOf(rule, 62_850, 70_000), 'zh-CN')).toEqual([
    '付款 628.50 元，其中 200.00 元免费',
    '本月免费额度（每月 1000 元）再免 300.00 元',
    '128.50 元 × 0.1% = 0.1285 元',
    '四舍五入到分',
    '手续费 0.13 元',
    '依据费率第 3 版的规则 standard_fee',
  ]);
  expect(priceReasonDetails(reasonOf(rule, 62_850, 30_000), 'en').slice(-3)).toEqual([
    "This month's allowance (¥1000 a month) frees another ¥428.50",
    'Fee ¥0.00',
    'By rule standard_fee of version 3 of the fees',
  ]);
});

test('whatever the rule, both languages name the fee, the rule and no number that is none', () => {
  fc.assert(
    fc.property(
      feeRules,
      fc.integer({ min: 1, max: 5_000_000 }),
      fc.nat(150_000),
      (rule, amountFen, usedFen) => {
        const reason = reasonOf(rule, amountFen, usedFen);
        return (['zh-CN', 'en'] as const).every((language) => {
          const text = [priceReasonText(reason, language), ...priceReasonDetails(reason, language)].join(
            '\n',
          );
          const fee = (reason.trace.feeFen / 100).toFixed(2);
          return text.includes(fee) && text.includes('any') && !/undefined|NaN|null|e-\d|e\+\d/.test(text);
        });
      },
    ),
  );
});

test('whatever is wrong with rules is told in both languages with the rules named', () => {
  fc.assert(
    fc.property(ruleLists, (rules) =>
      checkFees(rules).every((finding) =>
        (['zh-CN', 'en'] as const).every((language) => {
          const text = findingText(finding, language);
          return (
            rulesOfFinding(finding).every((id) => text.includes(id)) && !/undefined|null|Infinity/.test(text)
          );
        }),
      ),
    ),
    { numRuns: 200 },
  );
});
