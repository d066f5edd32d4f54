import {
  constants,
  createHash,
  generateKeyPairSync,
  randomBytes,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';

import { Hono } from 'hono';
import { cors } from 'hono/cors';
import * as z from 'zod';

import { withBody } from './control';
import { failure, OK } from './miniprogram/answers';
import type { Host, User, Users } from './users';

const VERIFY_ID_LIFETIME_MS = 5 * 60_000;
const CHALLENGE_LENGTH_MAX = 512;
/** RSASSA-PSS with SHA-256 and a salt of 20 bytes, as SOTER has it. */
const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 20 } as const;

const signingSchema = z.strictObject({
  host: z.enum(['weapp', 'alipay']),
  user: z.string().regex(/^[\w-]{1,32}$/),
  device: z
    .string()
    .regex(/^[\w-]{1,32}$/)
    .default('phone'),
  challenge: z.string(),
  authMode: z.enum(['fingerPrint', 'facial']).default('fingerPrint'),
  /** What a copy of the chip would count, which has not seen the last signatures. */
  counter: z.int().min(0).optional(),
});
const verificationSchema = z.strictObject({
  openid: z.string(),
  json_string: z.string().min(1),
  json_signature: z.string().min(1),
});

/** The part of a phone that keeps a key which only its owner's finger or face can use. */
interface Chip {
  readonly user: User;
  readonly cpuId: string;
  readonly uid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  counter: number;
}

interface IfaaProof {
  readonly chip: Chip;
  readonly challenge: string;
  readonly signature: Buffer;
  readonly expiresAt: number;
}

/**
 * The secure chips of people's phones, and both hosts' servers that check what they sign: WeChat's SOTER, where the app carries
 * what was signed, and Alipay's IFAA, where Alipay keeps it and the app carries its number.
 */
export class SecureChips {
  private readonly chips = new Map<string, Chip>();
  private readonly proofs = new Map<string, IfaaProof>();

  constructor(
    private readonly users: Users,
    private readonly now: () => Date,
  ) {}

  /** What the native API calls back with once the owner was recognised. */
  sign(signing: z.output<typeof signingSchema>): object {
    const { host, user, device, challenge, authMode } = signing;
    const chip = this.chip(host, user, device);
    const counter = signing.counter ?? (chip.counter += 1);
    if (host === 'alipay') return { verifyId: this.keep(chip, challenge) };
    if (challenge === '' || challenge.length > CHALLENGE_LENGTH_MAX)
      return { errCode: 90004, errMsg: 'startSoterAuthentication:fail no challenge' };
    const resultJSON = JSON.stringify({
      raw: challenge,
      fid: '1',
      counter,
      tee_n: 'sandbox tee',
      tee_v: '1.0',
      fp_n: 'sandbox sensor',
      fp_v: '1.0',
      cpu_id: chip.cpuId,
      uid: chip.uid,
    });
    const signature = sign('sha256', Buffer.from(resultJSON), { key: chip.privateKey, ...PSS });
    return {
      errCode: 0,
      errMsg: 'startSoterAuthentication:ok',
      authMode,
      resultJSON,
      resultJSONSignature: signature.toString('base64'),
    };
  }

  /** `soter.verifySignature`: whether the text was signed by a phone of this user. Counters are the caller's to compare. */
  verifySignature(body: unknown): object {
    const parsed = verificationSchema.safeParse(body);
    if (!parsed.success) return failure(47001, 'data format error');
    const { openid, json_string: text, json_signature: signature } = parsed.data;
    const user = this.users.withOpenId(openid);
    if (user?.weapp.openId !== openid) return failure(40003, 'invalid openid');
    const named = readObject(text);
    const chip = [...this.chips.values()].find(
      (one) => one.user === user && one.cpuId === named.cpu_id && one.uid === named.uid,
    );
    const isOk =
      chip !== undefined &&
      verify('sha256', Buffer.from(text), { key: chip.publicKey, ...PSS }, Buffer.from(signature, 'base64'));
    return { ...OK, is_ok: isOk };
  }

  /** `alipay.security.risk.verifyidentity.miniapp.confirm`: a number is confirmed once, for its challenge and its user. */
  confirm(asked: { readonly verifyId: string; readonly challenge: string; readonly openId: string }): object {
    const proof = this.proofs.get(asked.verifyId);
    const refused = (error: string) => ({ verify_result: false, error_code: error, error_msg: error });
    if (proof === undefined || proof.expiresAt <= this.now().getTime()) return refused('VERIFY_ID_NOT_EXIST');
    if (proof.chip.user.alipay.openId !== asked.openId) return refused('USER_NOT_MATCH');
    this.proofs.delete(asked.verifyId);
    const holds = verify(
      'sha256',
      Buffer.from(asked.challenge),
      { key: proof.chip.publicKey, ...PSS },
      proof.signature,
    );
    return holds ? { verify_result: true } : refused('CHALLENGE_NOT_MATCH');
  }

  private keep(chip: Chip, challenge: string): string {
    const verifyId = randomBytes(24).toString('hex');
    const signature = sign('sha256', Buffer.from(challenge), { key: chip.privateKey, ...PSS });
    const expiresAt = this.now().getTime() + VERIFY_ID_LIFETIME_MS;
    this.proofs.set(verifyId, { chip, challenge, signature, expiresAt });
    return verifyId;
  }

  private chip(host: Host, name: string, device: string): Chip {
    const place = `${host}\n${name}\n${device}`;
    const known = this.chips.get(place);
    if (known !== undefined) return known;
    const id = createHash('sha256').update(`chip\n${place}`).digest('hex');
    const chip: Chip = {
      user: this.users.named(name),
      cpuId: id.slice(0, 32),
      uid: id.slice(32, 60),
      ...generateKeyPairSync('rsa', { modulusLength: 2048 }),
      counter: 0,
    };
    this.chips.set(place, chip);
    return chip;
  }
}

function readObject(text: string): Readonly<Record<string, unknown>> {
  try {
    return (JSON.parse(text) ?? {}) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** `/control/biometrics`: somebody puts a finger on a phone, or looks at it. */
export function biometricControlRoutes(chips: SecureChips): Hono {
  const routes = new Hono();
  routes.use('/control/biometrics', cors());
  routes.post('/control/biometrics', (c) =>
    withBody(c, signingSchema, (signing) => c.json(chips.sign(signing))),
  );
  return routes;
}
