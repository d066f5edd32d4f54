import type { Reader } from './settings';

/** support: refunds, settlements, differences, ledger; author: writes fee rules and promotions; reviewer: lets them go live. */
export const OPERATOR_ROLES = ['support', 'author', 'reviewer'] as const;
export type OperatorRole = (typeof OPERATOR_ROLES)[number];

export interface Operator {
  /** Kept with everything that the operator does. */
  readonly name: string;
  readonly roles: ReadonlySet<OperatorRole>;
}

const HINT =
  'OPERATORS is not valid: give name:sha256 for each (printf %s TOKEN | sha256sum), or name:sha256:role+role for one who may not do everything (support, author, reviewer), with commas between, or leave it out';
const PERSON = /^([a-z][a-z0-9_-]{0,31}):([0-9a-f]{64})(?::([a-z]+(?:\+[a-z]+)*))?$/;

const isRole = (text: string): text is OperatorRole => OPERATOR_ROLES.some((role) => role === text);

/** Who may call the operator's API, by the SHA-256 (hex) of each one's token. */
export function readOperators(reader: Reader): ReadonlyMap<string, Operator> {
  const operators = new Map<string, Operator>();
  for (const text of reader.optional('OPERATORS')?.split(',') ?? []) {
    const [, name, hash, roleText] = PERSON.exec(text.trim()) ?? [];
    const roles = roleText?.split('+') ?? OPERATOR_ROLES;
    if (name === undefined || hash === undefined || !roles.every(isRole)) {
      reader.problems.push(HINT);
      return new Map();
    }
    operators.set(hash, { name, roles: new Set(roles) });
  }
  return operators;
}
