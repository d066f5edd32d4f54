import { type RiskEvent } from './event';
import { type Features } from './features';
import { type KnownAccount } from './known';
import { type Population } from './population';

/** How many ordinary payments of anybody an account is given before it has made its own. */
const OWN_PRIOR = 4;
/** Until an account has made so many payments, it is measured by everybody's large payments too. */
const YOUNG_PAYMENTS = 8;
/** How many deviations above the mean a large payment of anybody is. */
const LARGE_OF_ANYBODY = 1.6;
/** Share of the smallest payments that counts as tiny, and the amount in fen below which every payment does. */
const TINY_SHARE = 0.02;
const TINY_FEN = 100;

/** Amounts just below a limit start here, in fen. */
const LEAST_LIMIT_FEN = 10_000;
const BELOW_SHARE = 0.1;

/** The limit of 1, 2 or 5 times a power of ten that an amount is less than 10 % below of; 0 where it is not. */
export function limitBelow(amountFen: number): number {
  if (amountFen < LEAST_LIMIT_FEN * (1 - BELOW_SHARE)) return 0;
  const power = 10 ** Math.floor(Math.log10(amountFen));
  for (const step of [1, 2, 5, 10]) {
    const limit = step * power;
    if (amountFen < limit && amountFen >= limit * (1 - BELOW_SHARE)) return limit;
  }
  return 0;
}

/** How unusual an amount is for whoever pays it, and among everybody. */
export function amountFeatures(
  account: KnownAccount | null,
  population: Population,
  event: RiskEvent,
): Pick<Features, 'amountScore' | 'amountOverMax' | 'amountRank' | 'daySumOverMax' | 'belowLimit' | 'tiny'> {
  const { amountFen } = event;
  const amounts = population.amountsOf(event);
  const { mean, deviation } = amounts;
  const count = account?.payments ?? 0;
  const ownMean = (account?.logSum ?? 0) / (count + OWN_PRIOR);
  const ownSpread =
    ((account?.logSquares ?? 0) - count * ownMean ** 2 + OWN_PRIOR * deviation ** 2) / (count + OWN_PRIOR);
  const largeFen = Math.exp(mean + LARGE_OF_ANYBODY * deviation);
  const young = count < YOUNG_PAYMENTS;
  const maxFen = Math.max(account?.maxFen ?? 0, young ? largeFen : 1);
  const maxDayFen = Math.max(account?.maxDayFen ?? 0, maxFen);
  const rank = amounts.rank(amountFen);
  return {
    amountScore: (amounts.logRatio(amountFen) - ownMean) / Math.sqrt(Math.max(0.1, ownSpread)),
    amountOverMax: amountFen / maxFen,
    amountRank: rank,
    daySumOverMax: ((account?.todayFen ?? 0) + amountFen) / maxDayFen,
    belowLimit: limitBelow(amountFen) > 0 ? 1 : 0,
    tiny: rank < TINY_SHARE || amountFen < TINY_FEN ? 1 : 0,
  };
}
