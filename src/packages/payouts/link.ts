/** The payout's id in what a link or a code brought; WeChat's `scene` has no room for its dashes. */
export function payoutIdOf(text: string): string | undefined {
  const digits = /^([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})$/i;
  return digits.exec(decodeURIComponent(text))?.slice(1).join('-').toLowerCase();
}
