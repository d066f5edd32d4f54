import type { Language } from '../../contract/errors';
import type { PointsFinding } from '../../domain';

/** What is wrong with rules of points, as a sentence. */
export function pointsFindingText(finding: PointsFinding, language: Language): string {
  const say = (chinese: string, english: string): string => (language === 'en' ? english : chinese);
  switch (finding.kind) {
    case 'repeated_id':
      return say(`有两个倍率都叫 ${finding.id}`, `Two multipliers are called ${finding.id}.`);
    case 'no_first_tier':
      return say('最低等级必须从 0 积分开始', 'The lowest tier must begin at 0 points.');
    case 'tiers_not_rising':
      return say(
        `等级 ${finding.tier} 重复，或起点不高于前一等级`,
        `The tier ${finding.tier} stands twice, or begins no higher than the one before.`,
      );
    case 'tier_unknown':
      return say(
        `倍率 ${finding.id} 所指的等级 ${finding.tier} 不存在`,
        `The multiplier ${finding.id} is for the tier ${finding.tier}, which there is not.`,
      );
    case 'earns_more_than_paid':
      return say(
        '一笔付款所得的积分可能比付的钱更值钱',
        'A payment can earn points that are worth more than what was paid.',
      );
    case 'redeems_nothing':
      return say('起用积分抵不到 1 分钱', 'The fewest points that are taken pay less than a fen.');
    case 'warned_too_early':
      return say(
        '到期提醒的时间不短于积分的有效期',
        'Users would be warned before they have the points: warn later, or let points live longer.',
      );
  }
}
