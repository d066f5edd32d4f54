import { v7 as uuidv7 } from 'uuid';

import {
  compileFees,
  FEE_CATEGORIES,
  fen,
  startRehearsal,
  USER_TIERS,
  type FeeRule,
} from '../../cloud/domain';
import { type Database } from '../../cloud/store';
import { FEE_RULE_SETS } from '../../cloud/store/fees';
import * as rehearsals from '../../cloud/store/rehearsals';
import { approveVersion, createVersion, submitVersion } from '../../cloud/store/rules';
import { feeRule } from '../support/fee-rules';

const BANKS = 16;
const RULES = 1_000;

/**
 * A thousand rules as a wallet of many banks has them: prices for payments to merchants by host, category and user tier, one
 * for each kind of card of each bank, category and tier, and one for everything else.
 */
export function thousandRules(): readonly FeeRule[] {
  const rules: FeeRule[] = [feeRule('everything_else', { freePerPaymentFen: fen(50_000) })];
  const add = (when: FeeRule['when']): void => {
    const place = rules.length;
    const tiers = [
      { upToFen: fen(100_000 + place), ratePpm: 1_000 + place, fixedFen: fen(0) },
      { upToFen: null, ratePpm: 500 + place, fixedFen: fen(place % 7) },
    ];
    rules.push(feeRule(`rule_${place}`, { priority: 1, when, tiers, freePerPaymentFen: fen(10_000) }));
  };
  const categoriesAndTiers = FEE_CATEGORIES.flatMap((category) =>
    USER_TIERS.map((userTier) => ({ categories: [category], userTiers: [userTier] })),
  );
  for (const method of ['wechat', 'alipay'] as const) {
    for (const host of ['weapp', 'alipay'] as const) {
      for (const when of categoriesAndTiers) {
        add({ ...when, scenes: ['merchant_payment'], methods: [method], hosts: [host] });
      }
    }
  }
  for (let bank = 0; bank < BANKS; bank += 1) {
    for (const cardType of ['debit', 'credit'] as const) {
      for (const when of categoriesAndTiers) {
        add({ ...when, methods: ['bankcard'], banks: [`BANK${bank}`], cardTypes: [cardType] });
      }
    }
  }
  return rules.slice(0, RULES);
}

/** Takes rules the whole way to being live at once. */
export async function putLive(db: Database, rules: readonly FeeRule[], now: Date): Promise<void> {
  const author = { operator: 'author', note: 'bench', now };
  const { kind, subjectId } = FEE_RULE_SETS;
  const draft = { ...author, id: uuidv7(), subjectId, name: 'bench', content: [...rules] };
  const set = await createVersion(db, kind, draft);
  const period = { from: new Date(now.getTime() - 1), to: now, asOf: null };
  const rehearsal = await rehearsals.requestRehearsal(db, {
    ...period,
    id: uuidv7(),
    kind: 'fee_rules',
    versionId: set.id,
    contentHash: set.contentHash,
    operator: 'author',
    now,
  });
  const report = startRehearsal(compileFees({ version: set.version, rules })).report();
  await rehearsals.finishRehearsal(db, { rehearsalId: rehearsal.id, report, done: 0, now });
  await submitVersion(db, FEE_RULE_SETS, { ...author, versionId: set.id, liveFrom: () => null });
  const approved = await approveVersion(db, FEE_RULE_SETS, {
    ...author,
    versionId: set.id,
    contentHash: set.contentHash,
    operator: 'reviewer',
    activationId: uuidv7(),
    soonest: now,
  });
  if (approved.outcome === 'refused') throw new Error(`the rules did not go live: ${approved.code}`);
}
