import {
  createCipheriv,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  randomUUID,
} from 'node:crypto';

import type { BankCardCreate } from '../../cloud/contract/card-schemas';
import type { Challenge, Problem, Sealed, SealingKey, Security } from '../../cloud/contract/types';
import { control, type Addresses, type Answer, type TestUser } from './client';

const PUBLIC_HEAD = Buffer.from('302a300506032b656e032100', 'hex');

/** Seals as a device does, by node's own cryptography: the other reading of what the app does with its library. */
export function sealFor(key: SealingKey, content: object, padTo = 64): Sealed {
  const server = Buffer.from(key.publicKey, 'base64url');
  const device = generateKeyPairSync('x25519');
  const deviceBytes = device.publicKey.export({ format: 'der', type: 'spki' }).subarray(PUBLIC_HEAD.length);
  const publicKey = createPublicKey({
    key: Buffer.concat([PUBLIC_HEAD, server]),
    format: 'der',
    type: 'spki',
  });
  const shared = diffieHellman({ privateKey: device.privateKey, publicKey });
  const salt = Buffer.concat([deviceBytes, server]);
  const cipherKey = hkdfSync('sha256', shared, salt, `tpwallet/sealed-box\n${key.keyId}`, 32);
  const cipher = createCipheriv('chacha20-poly1305', Buffer.from(cipherKey), Buffer.alloc(12), {
    authTagLength: 16,
  });
  const text = Buffer.concat([cipher.update(JSON.stringify(content).padEnd(padTo)), cipher.final()]);
  const box = Buffer.concat([deviceBytes, text, cipher.getAuthTag()]).toString('base64url');
  return { keyId: key.keyId, box };
}

/** What a device sends to bind a card. */
export async function cardWish(
  user: TestUser,
  number: string,
  challengeId?: string,
): Promise<BankCardCreate> {
  const key = await user.expect<SealingKey>(201, '/v1/security/sealing-keys', {});
  return { sealed: sealFor(key, { number }), challengeId };
}

/** A user at the security functions of the API. */
export class SecureUser {
  constructor(
    private readonly addresses: Addresses,
    readonly user: TestUser,
  ) {}

  key(): Promise<SealingKey> {
    return this.user.expect(201, '/v1/security/sealing-keys', {});
  }

  async sealed(content: object): Promise<Sealed> {
    return sealFor(await this.key(), content);
  }

  /** A fresh sign-in of this user's host. */
  async loginCode(name = this.user.name): Promise<string> {
    return String((await control(this.addresses, 'login-codes', { host: this.user.host, user: name })).code);
  }

  async setPin(pin: string, loginCode?: string): Promise<Answer<Security & Problem>> {
    const code = loginCode ?? (await this.loginCode());
    const body = { sealed: await this.sealed({ pin }), loginCode: code };
    return this.user.send('/v1/security/pin', { body });
  }

  async changePin(pin: string, newPin: string): Promise<Answer<Security & Problem>> {
    return this.user.send('/v1/security/pin/change', {
      body: { sealed: await this.sealed({ pin, newPin }) },
    });
  }

  security(): Promise<Security> {
    return this.user.expect(200, '/v1/security');
  }

  async challenge(): Promise<Challenge> {
    return this.user.expect(201, '/v1/security/challenges', { action: 'unlock' });
  }

  async answer(challengeId: string, pin: string): Promise<Answer<Challenge & Problem>> {
    const body = { factor: 'pin', sealed: await this.sealed({ pin }) };
    return this.user.send(`/v1/security/challenges/${challengeId}/answers`, { body, key: randomUUID() });
  }
}
