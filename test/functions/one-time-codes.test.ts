import { randomBytes } from 'node:crypto';

import fc from 'fast-check';
import { Secret, TOTP } from 'otpauth';

import { oneTimeCodes } from '../../cloud/functions/security/one-time-codes';

const KEYS = [{ id: 'k1', secret: 'a secret of this test that is long enough' }];
const ACCOUNT = '01900000-0000-7000-8000-000000000000';
const codes = oneTimeCodes(KEYS, randomBytes);

/** RFC 6238, appendix B: seconds, and the codes of eight digits by SHA-1, SHA-256 and SHA-512. */
const RFC_6238 = [
  [59, '94287082', '46119246', '90693936'],
  [1_111_111_109, '07081804', '68084774', '25091201'],
  [1_111_111_111, '14050471', '67062674', '99943326'],
  [1_234_567_890, '89005924', '91819424', '93441116'],
  [2_000_000_000, '69279037', '90698825', '38618901'],
  [20_000_000_000, '65353130', '77737706', '47863826'],
] as const;
const ALGORITHMS = [
  ['SHA1', 20],
  ['SHA256', 32],
  ['SHA512', 64],
] as const;
const ASCII = '1234567890'.repeat(7);

test.each(RFC_6238)('at %d s the codes are those of RFC 6238', (seconds, ...expected) => {
  ALGORITHMS.forEach(([algorithm, bytes], index) => {
    const secret = Secret.fromUTF8(ASCII.slice(0, bytes));
    expect(TOTP.generate({ secret, algorithm, digits: 8, timestamp: seconds * 1_000 })).toBe(expected[index]);
  });
});

test.each(RFC_6238)(
  "at %d s ours takes the RFC's code, for that step and the next",
  async (seconds, sha1) => {
    // The secret of the RFC, sealed as one of ours.
    const ours = oneTimeCodes(KEYS, (length) =>
      length === 20 ? Buffer.from(ASCII.slice(0, 20)) : randomBytes(length),
    );
    const { sealed } = await ours.newSecret(ACCOUNT, 'somebody');
    const code = sha1.slice(2);
    const step = Math.floor(seconds / 30);
    const at = (moment: number) => ours.stepOf(ACCOUNT, sealed, code, new Date(moment * 1_000));
    expect(await at(seconds)).toBe(step);
    expect(await at(seconds + 30)).toBe(step);
    expect(await at(seconds + 60)).toBeUndefined();
    expect(await at((step - 1) * 30)).toBeUndefined();
  },
);

test('what apps are given makes the codes that are taken, and the secret opens for its account alone', async () => {
  const { sealed, base32, uri } = await codes.newSecret(ACCOUNT, '微信用户 1234');
  expect(uri).toMatch(/^otpauth:\/\/totp\/TPWallet/);
  const now = new Date(1_790_000_000_000);
  const code = TOTP.generate({ secret: Secret.fromBase32(base32), timestamp: now.getTime() });
  expect(await codes.stepOf(ACCOUNT, sealed, code, now)).toBe(Math.floor(now.getTime() / 30_000));
  expect(sealed).not.toContain(base32);
  await expect(codes.stepOf(ACCOUNT.replace('7', '4'), sealed, code, now)).rejects.toThrow();
  const renewed = oneTimeCodes(
    [{ id: 'k2', secret: 'another secret, in front of the old' }, ...KEYS],
    randomBytes,
  );
  expect(await renewed.stepOf(ACCOUNT, sealed, code, now)).toBeDefined();
});

test('recovery codes are ten different ones, known however they are typed, by every key', () => {
  const made = codes.newRecoveryCodes();
  expect(new Set(made).size).toBe(10);
  fc.assert(
    fc.property(fc.constantFrom(...made), (code) => {
      expect(code).toMatch(/^[2-9a-z]{5}-[2-9a-z]{5}$/);
      const [hash] = codes.recoveryHashes(ACCOUNT, code);
      const renewed = oneTimeCodes(
        [{ id: 'k2', secret: 'another secret, in front of the old' }, ...KEYS],
        randomBytes,
      );
      for (const typed of [code.toUpperCase(), code.replace('-', ''), code.replace('-', ' ')])
        expect(renewed.recoveryHashes(ACCOUNT, typed)).toContain(hash);
    }),
  );
});
