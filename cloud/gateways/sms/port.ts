import type { Secret } from '../../domain/secret';

/** What can be written: each is a template that operators approved. */
export type SmsKind = 'code' | 'locked';

export interface TextMessage {
  readonly kind: SmsKind;
  /** E.164. */
  readonly to: Secret;
  /** What goes into the template's places, in order; secret where it is a code. */
  readonly values: readonly (string | Secret)[];
}

/** Sends text messages. */
export interface SmsSender {
  /**
   * `refused`: this number takes none, or none now. Throws SmsNotSent where that is not the number's fault: it may or may not
   * arrive, and whoever sends it again may send it twice.
   */
  send(message: TextMessage): Promise<'sent' | 'refused'>;
}

/** `misconfigured`: keys, template or signature; `unknown`: no answer that can be believed. */
export class SmsNotSent extends Error {
  override readonly name = 'SmsNotSent';
  constructor(
    readonly kind: 'misconfigured' | 'unknown',
    /** The service's own code. */
    readonly code: string,
  ) {
    super(`no text message was sent: ${code}`);
  }
}
