import { randomBytes } from 'node:crypto';

const LIFETIME_MS = 7_200_000;
const RENEWED_IN_LAST_MS = 300_000;

/** The mini-program's stable access token: the same while it is valid, renewed near its end, replaced when forced. */
export class StableToken {
  private current: { readonly value: string; readonly expiresAt: number } | undefined;
  private previous: { readonly value: string; readonly expiresAt: number } | undefined;

  constructor(private readonly now: () => Date) {}

  get(force: boolean): { readonly value: string; readonly expiresInS: number } {
    const now = this.now().getTime();
    const fresh = this.current !== undefined && this.current.expiresAt - now > RENEWED_IN_LAST_MS;
    if (this.current === undefined || !fresh || force) {
      // A forced renewal ends the token before at once; otherwise both work until its end.
      this.previous = force ? undefined : this.current;
      this.current = { value: randomBytes(64).toString('base64url'), expiresAt: now + LIFETIME_MS };
    }
    return { value: this.current.value, expiresInS: Math.floor((this.current.expiresAt - now) / 1000) };
  }

  /** Why a token is not taken, as `errcode`; undefined where it is. */
  obstacle(value: string): 40001 | 41001 | 42001 | undefined {
    if (value === '') return 41001;
    const known = [this.current, this.previous].find((token) => token?.value === value);
    if (known === undefined) return 40001;
    return known.expiresAt <= this.now().getTime() ? 42001 : undefined;
  }

  /** Makes every token invalid, as a reset of the app secret does. */
  revoke(): void {
    this.current = undefined;
    this.previous = undefined;
  }
}
