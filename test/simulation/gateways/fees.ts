/** What gateways keep: 6 of every 1,000 fen, to the nearest fen with halves up. */
export const feeOf = (totalFen: number): number => Math.floor((6 * totalFen + 500) / 1_000);

/**
 * What a refund brings back of a payment's fee after refunds of `beforeFen`: rounded over all that is refunded so far, so
 * that the parts of a whole refund are the whole fee.
 */
export function returnedFee(totalFen: number, beforeFen: number, refundFen: number): number {
  const upTo = (fen: number): number => Math.floor((2 * feeOf(totalFen) * fen + totalFen) / (2 * totalFen));
  return upTo(beforeFen + refundFen) - upTo(beforeFen);
}
