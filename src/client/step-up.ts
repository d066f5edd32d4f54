import Taro from '@tarojs/taro';

/** Who waits for a challenge to be passed. */
const waiting = new Map<string, (passed: boolean) => void>();

/** Opens the page on which a challenge is passed; whether it was, once that page is left. */
export function confirmChallenge(challengeId: string): Promise<boolean> {
  return new Promise((resolve) => {
    waiting.set(challengeId, resolve);
    Taro.navigateTo({ url: `/packages/security/challenge/index?id=${challengeId}` }).catch(() =>
      settleChallenge(challengeId, false),
    );
  });
}

/** Told by that page when it is left. */
export function settleChallenge(challengeId: string, passed: boolean): void {
  waiting.get(challengeId)?.(passed);
  waiting.delete(challengeId);
}
