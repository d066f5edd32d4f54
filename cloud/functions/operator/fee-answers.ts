import type { Language } from '../../contract/errors';
import type { FeeFindingAnswer, FeeRuleSet, FeeRuleSetDetail } from '../../contract/types';
import type { feeRuleSchema } from '../../contract/fee-schemas';
import type { z } from 'zod';
import { checkFees, fen, standingOf, type FeeActivation, type FeeRule } from '../../domain';
import { type Database } from '../../store';
import * as feeRules from '../../store/fees';
import { rehearsalsOf } from '../../store/rehearsals';
import { findingText, rulesOfFinding } from '../wording';
import { feeRehearsalAnswer } from './rehearsals';

const isoOrNull = (instant: Date | null): string | null => instant?.toISOString() ?? null;

/** Rules as the contract takes them, with their amounts as money. */
export const feeRulesFrom = (rules: readonly z.output<typeof feeRuleSchema>[]): readonly FeeRule[] =>
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

const activationsAt = (rows: readonly feeRules.FeeActivationRow[]): readonly FeeActivation[] =>
  rows.map(({ ruleSetId, liveFrom }) => ({ ruleSetId, liveFromMs: liveFrom.getTime() }));

/** A set as lists tell it; `activations` are those that decide what is live now and later. */
export const ruleSetAnswer = (
  set: Omit<feeRules.FeeRuleSetRow, 'rules'>,
  activations: readonly feeRules.FeeActivationRow[],
  now: Date,
): FeeRuleSet => ({
  id: set.id,
  version: set.version,
  name: set.name,
  standing: standingOf(set, activationsAt(activations), now.getTime()),
  contentHash: set.contentHash,
  authors: set.authors,
  liveFrom: isoOrNull(set.liveFrom),
  createdAt: set.createdAt.toISOString(),
  updatedAt: set.updatedAt.toISOString(),
});

/** A set with its rules, what is wrong with them, and all that happened to it. */
export async function ruleSetDetail(
  db: Database,
  set: feeRules.FeeRuleSetRow,
  reader: { readonly now: Date; readonly language: Language },
): Promise<FeeRuleSetDetail> {
  const coming = await feeRules.activationsFrom(db, reader.now);
  const own = await feeRules.activationsOf(db, set.id);
  const rehearsals = await rehearsalsOf(db, [set.id]);
  const audit = await feeRules.feeAuditOf(db, set.id);
  return {
    ...ruleSetAnswer(set, coming, reader.now),
    rules: feeRulesAnswer(set.rules),
    // Rules that were approved had nothing wrong with them and never change.
    findings: set.state === 'approved' ? [] : findingsAnswer(set.rules, reader.language),
    activations: own.map(({ liveFrom }) => ({ liveFrom: liveFrom.toISOString() })),
    rehearsals: rehearsals.map(feeRehearsalAnswer),
    audit: audit.map(({ action, actor, note, contentHash, at, hash }) => ({
      action,
      actor,
      note,
      contentHash,
      at: at.toISOString(),
      hash,
    })),
  };
}
