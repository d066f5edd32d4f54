/** A data key as it rests: encrypted under a master key that only the key service has. */
export interface WrappedKey {
  /** The master key it is wrapped by. */
  readonly keyId: string;
  readonly bytes: Uint8Array;
}

/**
 * Who holds the master keys (a key management service; a file while developing). `context` names what the data key is for, and
 * is bound to it: a wrapped key that was put elsewhere does not unwrap. Both reject where the service does not answer.
 */
export interface KeyService {
  /** The master key that new data keys are wrapped by; others only unwrap. */
  readonly currentKeyId: string;
  wrap(dataKey: Uint8Array, context: string): Promise<WrappedKey>;
  /** Rejects as well where the key was not wrapped by this service for this context. */
  unwrap(wrapped: WrappedKey, context: string): Promise<Uint8Array>;
}

/** What kinds of values the vault holds. */
export type VaultPurpose = 'card' | 'phone';
