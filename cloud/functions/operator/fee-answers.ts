import type { Language } from '../../contract/errors';
import type { FeeFindingAnswer, FeeRuleSetDetail } from '../../contract/types';
import type { feeRuleSchema } from '../../contract/fee-schemas';
import type { z } from 'zod';
import { checkFees, fen, type FeeRule } from '../../domain';
import { type Database } from '../../store';
import type { FeeRuleSetRow } from '../../store/fees';
import { rehearsalsOf } from '../../store/rehearsals';
import { findingText, rulesOfFinding } from '../wording';
import { feeRehearsalAnswer } from './rehearsals';
import { versionDetail, type Reader } from './rule-sets';

/** Rules as the contract takes them, with their amounts as money. */
export const feeRulesFrom = (rules: readonly z.output<typeof feeRuleSchema>[]): FeeRule[] =>
  rules.map(({ effectiveFrom, effectiveTo, ...rule }) => ({
    ...rule,
    effectiveFromMs: effectiveFrom === null ? null : Date.parse(effectiveFrom),
    effectiveToMs: effectiveTo === null ? null : Date.parse(effectiveTo),
    freePerPaymentFen: fen(rule.freePerPaymentFen),
    freePerMonthFen: fen(rule.freePerMonthFen),
    tiers: rule.tiers.map(({ upToFen, ratePpm, fixedFen }) => ({
      upToFen: upToFen === null ? null : fen(upToFen),
      ratePpm,
      fixedFen: fen(fixedFen),
    })),
    feeFenMin: fen(rule.feeFenMin),
    feeFenMax: rule.feeFenMax === null ? null : fen(rule.feeFenMax),
  }));

const isoOfMs = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

/** Rules as the contract tells them. */
const feeRulesAnswer = (rules: readonly FeeRule[]): FeeRuleSetDetail['rules'] =>
  rules.map(({ effectiveFromMs, effectiveToMs, ...rule }) => ({
    ...rule,
    when: Object.fromEntries(
      Object.entries(rule.when).map(([condition, values]) => [condition, [...values]]),
    ),
    effectiveFrom: isoOfMs(effectiveFromMs),
    effectiveTo: isoOfMs(effectiveToMs),
    tiers: [...rule.tiers],
  }));

/** What is wrong with rules, in the reader's language. */
export const findingsAnswer = (rules: readonly FeeRule[], language: Language): FeeFindingAnswer[] =>
  checkFees(rules).map((finding) => ({
    kind: finding.kind,
    ruleIds: rulesOfFinding(finding),
    text: findingText(finding, language),
  }));

/** A set with its rules, what is wrong with them, and all that happened to it. */
export async function ruleSetDetail(
  db: Database,
  set: FeeRuleSetRow,
  { now, language }: Reader,
): Promise<FeeRuleSetDetail> {
  const rehearsals = await rehearsalsOf(db, [set.id]);
  return {
    ...(await versionDetail(db, set, now)),
    rules: feeRulesAnswer(set.content),
    // Rules that were approved had nothing wrong with them and never change.
    findings: set.state === 'approved' ? [] : findingsAnswer(set.content, language),
    rehearsals: rehearsals.map(feeRehearsalAnswer),
  };
}
