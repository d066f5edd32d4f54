import { compileFees, type FeeEngine, type FeeRule } from '../../domain';
import { type Database } from '../../store';
import { FEE_RULE_SETS } from '../../store/fees';
import { liveRules, type LiveRules } from '../rules/live';

/** The rules of fees in force, ready to charge by. */
export type LiveFees = LiveRules<FeeEngine>;

export const liveFees = (db: Database): LiveFees =>
  liveRules<FeeRule[], FeeEngine>(db, FEE_RULE_SETS, ({ version, content: rules }) =>
    compileFees({ version, rules }),
  );
