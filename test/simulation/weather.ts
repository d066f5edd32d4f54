import type { GatewayName } from '../../cloud/gateways/port';
import type { QueryFault } from './connections';
import type { FaultName } from './faults';
import type { GatewayCall } from './gateways/model';
import type { Random } from './random';

/** How often things go wrong by themselves in one run, in so many of a thousand. */
export interface Weather {
  gatewayFault(
    call: { gateway: GatewayName; kind: GatewayCall; nowMs: number },
    random: Random,
  ): FaultName | undefined;
  queryFault(commits: boolean, random: Random): QueryFault;
  /** Gateways that answer nobody, and until when, in ms. */
  outages: Map<GatewayName, number>;
}

const FAULTS_OF: Readonly<Record<GatewayCall, readonly [FaultName, ...FaultName[]]>> = {
  create: [
    'create_timeout_before_effect',
    'create_timeout_after_effect',
    'create_timeout_after_effect',
    'create_arrives_late',
    'gateway_5xx',
  ],
  query: ['query_timeout', 'gateway_5xx'],
  close: ['close_timeout_before_effect', 'close_timeout_after_effect', 'gateway_5xx'],
  refund: [
    'refund_timeout_before_effect',
    'refund_answer_lost',
    'refund_arrives_late',
    'refund_refused',
    'refund_refused',
    'gateway_5xx',
  ],
  payout: [
    'payout_timeout_before_effect',
    'payout_answer_lost',
    'payout_arrives_late',
    'payout_unfunded',
    'gateway_5xx',
  ],
  bill: ['bill_not_ready', 'bill_damaged', 'gateway_5xx'],
};

/** Each run has a weather of its own: many faults of one kind find more than a few of each. */
export function weather(random: Random): Weather {
  const strengths = {
    create: random.pickOf(0, 30, 150),
    query: random.pickOf(0, 30, 150),
    close: random.pickOf(0, 60, 250),
    refund: random.pickOf(0, 100, 400),
    payout: random.pickOf(100, 300, 600),
    bill: random.pickOf(0, 100, 400),
  };
  const query = random.pickOf(0, 1, 4);
  const outages = new Map<GatewayName, number>();
  return {
    outages,
    gatewayFault({ gateway, kind, nowMs }, now) {
      if ((outages.get(gateway) ?? 0) > nowMs) return kind === 'query' ? 'query_timeout' : 'gateway_5xx';
      return now.chance(strengths[kind]) ? now.pickOf(...FAULTS_OF[kind]) : undefined;
    },
    queryFault(commits, now) {
      if (commits && now.chance(query * 3)) return 'lost_after_commit';
      return now.chance(query) ? 'lost_before_query' : undefined;
    },
  };
}

/** Nothing goes wrong. */
export const CALM: Weather = {
  outages: new Map(),
  gatewayFault: () => undefined,
  queryFault: () => undefined,
};
