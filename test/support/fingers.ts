import type {
  BiometricNonce,
  BiometricProof,
  Challenge,
  Problem,
  Security,
} from '../../cloud/contract/types';
import { control, type Addresses, type Answer, type TestUser } from './client';
import { SecureUser } from './device';

/** What the native API of a phone calls back with. */
export interface SignedByPhone {
  readonly resultJSON?: string;
  readonly resultJSONSignature?: string;
  readonly verifyId?: string;
}

export interface Finger {
  /** Whose phone, and which. */
  readonly user?: string;
  readonly device?: string;
  readonly counter?: number;
}

/** A user with a PIN whose phone has a fingerprint sensor. */
export class TouchingUser extends SecureUser {
  constructor(
    private readonly places: Addresses,
    user: TestUser,
    readonly pin = '739164',
  ) {
    super(places, user);
  }

  ask(action: string): Promise<Challenge> {
    return this.user.expect(201, '/v1/security/challenges', { action });
  }

  /** A challenge that was passed by the PIN. */
  async entered(action: string): Promise<string> {
    const { id } = await this.ask(action);
    expect((await this.answer(id, this.pin)).body.state).toBe('passed');
    return id;
  }

  nonce(challengeId: string): Promise<Answer<BiometricNonce & Problem>> {
    return this.user.send(`/v1/security/challenges/${challengeId}/biometric-nonces`, { body: {} });
  }

  /** Puts a finger on a phone that is to sign something. */
  async sign(challenge: string, finger: Finger = {}): Promise<BiometricProof> {
    const { host, name } = this.user;
    const signed: SignedByPhone = await control(this.places, 'biometrics', {
      host,
      user: name,
      challenge,
      ...finger,
    });
    return host === 'alipay'
      ? { host, verifyId: signed.verifyId ?? '' }
      : { host, resultJson: signed.resultJSON ?? '', signature: signed.resultJSONSignature ?? '' };
  }

  /** Asks what to sign for a challenge, and signs it. */
  async touched(challengeId: string, finger: Finger = {}): Promise<BiometricProof> {
    const { body } = await this.nonce(challengeId);
    return this.sign(body.nonce ?? 'nothing', finger);
  }

  prove(challengeId: string, proof: BiometricProof): Promise<Answer<Challenge & Problem>> {
    const body = { factor: 'biometric', proof };
    return this.user.send(`/v1/security/challenges/${challengeId}/answers`, { body });
  }

  async turnOn(finger: Finger = {}): Promise<Answer<Security & Problem>> {
    const challengeId = await this.entered('add_biometric');
    const proof = await this.touched(challengeId, finger);
    return this.user.send('/v1/security/biometric', { body: { challengeId, proof } });
  }

  async turnOff(): Promise<Answer<Security & Problem>> {
    const challengeId = await this.entered('remove_biometric');
    return this.user.send('/v1/security/biometric/remove', { body: { challengeId } });
  }
}
