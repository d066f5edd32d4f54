import type { Host as HostName } from '../../cloud/contract/types';

interface HostReply {
  readonly type: 'host-reply';
  readonly id: string;
  readonly ok: boolean;
  readonly result: unknown;
}

let calls = 0;

/**
 * Asks the window around this page, which plays the host, and resolves with its answer. Rejects when it answers
 * `ok: false`. Messages from any other window or origin are ignored.
 */
export function callParent<T>(
  hostName: HostName,
  api: 'login' | 'pay' | 'scan' | 'subscribe' | 'confirm-payout' | 'phone' | 'biometric',
  params?: unknown,
): Promise<T> {
  calls += 1;
  const id = `${hostName}-${calls}`;
  return new Promise<T>((resolve, reject) => {
    const onMessage = (event: MessageEvent<Partial<HostReply> | null>): void => {
      const reply = event.data;
      if (event.source !== window.parent || reply?.type !== 'host-reply' || reply.id !== id) return;
      window.removeEventListener('message', onMessage);
      if (reply.ok) resolve(reply.result as T);
      else reject(new Error(`${api} was refused by the host`));
    };
    window.addEventListener('message', onMessage);
    window.parent.postMessage({ type: 'host-call', id, api, host: hostName, params }, window.location.origin);
  });
}
