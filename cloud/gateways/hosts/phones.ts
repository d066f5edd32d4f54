import type { Phone } from '../../domain/phones';

/** A phone number that a host tells of its user, where the user agrees. */
export interface HostPhones {
  /**
   * The number behind a proof that the host gave to the app. Throws PhoneRejected, and GatewayError where the host does not
   * answer or is not set up for it.
   */
  read(proof: string, openId: string): Promise<Phone>;
}

/** `proof`: forged, used, too old or somebody else's; `unsupported`: no mobile number of mainland China, or none at all. */
export class PhoneRejected extends Error {
  override readonly name = 'PhoneRejected';
  constructor(readonly reason: 'proof' | 'unsupported') {
    super(`the phone number was not taken: ${reason}`);
  }
}
