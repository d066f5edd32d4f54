/** What both gateways charge merchants of this kind: 0.6 %, in parts per million. */
export const FEE_RATE_PPM = 6_000;
export const FEE_RATE_TEXT = '0.60%';

/** The fee of a payment in fen, rounded half up to a fen. */
export const feeOf = (totalFen: number): number =>
  Number((BigInt(totalFen) * BigInt(FEE_RATE_PPM) + 500_000n) / 1_000_000n);

/**
 * The part of a payment's fee that each refund brings back, in the order of the refunds. Rounded over what is refunded so
 * far, so that all parts together give back the fee exactly once the payment is refunded wholly.
 */
export function returnedFees(totalFen: number, refundsFen: readonly number[]): readonly number[] {
  const fee = BigInt(feeOf(totalFen));
  const total = BigInt(totalFen);
  const upTo = (refundedFen: bigint): number => Number((2n * fee * refundedFen + total) / (2n * total));
  let refundedFen = 0n;
  return refundsFen.map((refundFen) => {
    const before = upTo(refundedFen);
    refundedFen += BigInt(refundFen);
    return upTo(refundedFen) - before;
  });
}
