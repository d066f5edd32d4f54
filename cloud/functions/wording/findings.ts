import type { Language } from '../../contract/errors';
import type { FeeFinding } from '../../domain';

const factsText = (facts: Readonly<Record<string, string>>): string =>
  Object.entries(facts)
    .map(([fact, value]) => `${fact}=${value}`)
    .join(' ');

const instant = (ms: number | null): string | undefined =>
  ms === null ? undefined : new Date(ms).toISOString();

type Texts = Readonly<{
  [Kind in FeeFinding['kind']]: (finding: Extract<FeeFinding, { kind: Kind }>) => string;
}>;

const CHINESE: Texts = {
  overlap: ({ ruleIds: [one, other], facts }) =>
    `规则 ${one} 与 ${other} 优先级相同却适用于同一笔付款，例如 ${factsText(facts)}`,
  unreachable: ({ ruleId, by }) =>
    by.length === 0
      ? `规则 ${ruleId} 永不生效：没有这样的付款`
      : `规则 ${ruleId} 永不生效：优先级更高的 ${by.join('、')} 已全部覆盖`,
  gap: ({ facts, fromMs, toMs, after, before }) =>
    [
      `没有规则适用于 ${factsText(facts)}`,
      ...(fromMs === null && toMs === null
        ? []
        : [`时间 ${instant(fromMs) ?? '最早'} 至 ${instant(toMs) ?? '以后'}`]),
      ...(after === null ? [] : [`规则 ${after} 已结束`]),
      ...(before === null ? [] : [`规则 ${before} 尚未开始`]),
    ].join('，'),
  repeated_id: ({ ruleId }) => `规则编号 ${ruleId} 重复`,
  too_complex: () => '规则把付款划分得过细，无法检查，请合并一些规则',
};

const ENGLISH: Texts = {
  overlap: ({ ruleIds: [one, other], facts }) =>
    `Rules ${one} and ${other} have one priority and apply to the same payment, such as ${factsText(facts)}`,
  unreachable: ({ ruleId, by }) =>
    by.length === 0
      ? `Rule ${ruleId} never applies: there are no such payments`
      : `Rule ${ruleId} never applies: ${by.join(' and ')} of higher priority take all its payments`,
  gap: ({ facts, fromMs, toMs, after, before }) =>
    [
      `No rule is for ${factsText(facts)}`,
      ...(fromMs === null && toMs === null
        ? []
        : [`from ${instant(fromMs) ?? 'ever'} to ${instant(toMs) ?? 'ever after'}`]),
      ...(after === null ? [] : [`after rule ${after} has ended`]),
      ...(before === null ? [] : [`before rule ${before} begins`]),
    ].join(', '),
  repeated_id: ({ ruleId }) => `The id ${ruleId} is used more than once`,
  too_complex: () => 'The rules divide payments too finely to be checked: join some of them',
};

/** What is wrong with a set of rules, as a sentence. */
export function findingText(finding: FeeFinding, language: Language): string {
  const texts = language === 'en' ? ENGLISH : CHINESE;
  switch (finding.kind) {
    case 'overlap':
      return texts.overlap(finding);
    case 'unreachable':
      return texts.unreachable(finding);
    case 'gap':
      return texts.gap(finding);
    case 'repeated_id':
      return texts.repeated_id(finding);
    case 'too_complex':
      return texts.too_complex(finding);
  }
}

/** The rules that a finding is about. */
export function rulesOfFinding(finding: FeeFinding): string[] {
  switch (finding.kind) {
    case 'overlap':
      return [...finding.ruleIds];
    case 'unreachable':
      return [finding.ruleId, ...finding.by];
    case 'gap':
      return [finding.after, finding.before].filter((ruleId) => ruleId !== null);
    case 'repeated_id':
      return [finding.ruleId];
    case 'too_complex':
      return [];
  }
}
