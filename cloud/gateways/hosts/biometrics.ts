/** What a host hands to the app once it has recognised its user. */
export type HostProof =
  | { readonly host: 'weapp'; readonly resultJson: string; readonly signature: string }
  | { readonly host: 'alipay'; readonly verifyId: string };

/** What a proof tells of the key that made it; null where the host keeps that to itself. */
export interface ConfirmedProof {
  /** Digest of what names the key in the phone's secure chip. */
  readonly keyId: string | null;
  /** How often that key has signed. */
  readonly counter: number | null;
}

export interface HostBiometrics {
  /**
   * Has the host's server confirm that it recognised its user `openId` for `nonce`. Throws BiometricRejected, and GatewayError
   * where the host does not answer or is not set up for it.
   */
  confirm(
    proof: HostProof,
    asked: { readonly openId: string; readonly nonce: string },
  ): Promise<ConfirmedProof>;
}

/** The proof is forged, of another challenge, somebody else's, or was used. */
export class BiometricRejected extends Error {
  override readonly name = 'BiometricRejected';
}
