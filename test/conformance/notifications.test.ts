import { randomBytes } from 'node:crypto';

import fc from 'fast-check';

import type { GatewayName, NotificationRejected, PaymentGateway } from '../../cloud/gateways/port';
import { SETUPS, startBench, type Bench, type Caught, type Mode } from '../gateways/bench';

/** Two genuine notifications of each gateway and mode, caught as the sandbox sent them. */
const genuine = new Map<string, readonly [Caught, Caught]>();
let bench: Bench;

beforeAll(async () => {
  bench = await startBench();
  for (const [name, mode] of SETUPS) {
    const inbox = bench.inbox();
    for (const totalFen of [8888, 1]) {
      const request = await bench.request(name, { totalFen });
      await bench.window(await bench.gateway(name, mode, inbox).createPayment(request));
    }
    const [one, other] = await inbox.received(2);
    if (one === undefined || other === undefined) throw new Error(`no notifications of ${name}`);
    genuine.set(`${name} ${mode}`, [one, other]);
  }
});
afterAll(() => bench.close());

const caughtOf = (name: GatewayName, mode: Mode) =>
  genuine.get(`${name} ${mode}`) as readonly [Caught, Caught];

const outcome = (gateway: PaymentGateway, raw: Caught): Promise<string> =>
  gateway.parseNotification(raw).then(
    (notification) => JSON.stringify(notification),
    (error: NotificationRejected) => error.reason,
  );

/** Lengths at which a body is cut: none, one byte short, and some between. */
const cuts = (body: string) =>
  [0, 1, 2, 3, 4].map((part) => Math.floor((body.length * part) / 5)).concat(body.length - 1);
const TAILS = [' ', '\n', '}', '\0', '&a=b', '{}'];

/** One bit of one byte changed, as a wire or an attacker would. */
function flip(text: string, position: number, bit: number): string {
  const bytes = Buffer.from(text);
  const index = position % bytes.length;
  bytes[index] = (bytes[index] ?? 0) ^ (1 << bit);
  return bytes.toString('utf8');
}

const flips = { position: fc.nat(), bit: fc.nat(7) };

describe.each(['public key', 'certificate'] as const)('WeChat Pay, %s', (mode) => {
  const raw = () => caughtOf('wechatpay', mode)[0];
  const other = () => caughtOf('wechatpay', mode)[1];
  let gateway: PaymentGateway;
  beforeAll(() => {
    gateway = bench.wechatPay(mode);
  });
  const withHeader = (name: string, value: string | undefined): Caught => {
    const { [name]: _dropped, ...rest } = raw().headers;
    return { headers: value === undefined ? rest : { ...rest, [name]: value }, body: raw().body };
  };
  const withBody = (body: string): Caught => ({ headers: raw().headers, body });

  it('takes the genuine one, as often as it comes', async () => {
    for (const sent of [raw(), raw(), other()]) {
      expect(JSON.parse(await outcome(gateway, sent))).toMatchObject({ kind: 'payment' });
    }
  });

  it.each(['timestamp', 'nonce', 'serial', 'signature'])('misses the header %s', async (header) => {
    expect(await outcome(gateway, withHeader(`wechatpay-${header}`, undefined))).toBe('header_missing');
    expect(await outcome(gateway, withHeader(`wechatpay-${header}`, ''))).toBe('header_missing');
  });

  it('refuses each header changed', async () => {
    const { headers } = raw();
    const timestamp = Number(headers['wechatpay-timestamp']);
    const signature = headers['wechatpay-signature'] ?? '';
    const changes: readonly (readonly [string, string, string])[] = [
      ['timestamp', String(timestamp + 1), 'signature_invalid'],
      ['timestamp', String(timestamp - 86_400), 'timestamp_out_of_range'],
      ['timestamp', String(timestamp + 86_400), 'timestamp_out_of_range'],
      ['timestamp', `${timestamp}.0`, 'timestamp_out_of_range'],
      ['timestamp', 'yesterday', 'timestamp_out_of_range'],
      ['nonce', randomBytes(16).toString('hex'), 'signature_invalid'],
      ['serial', 'PUB_KEY_ID_0000000000000000000000000000000000', 'serial_unknown'],
      ['serial', '__proto__', 'serial_unknown'],
      ['signature', other().headers['wechatpay-signature'] ?? '', 'signature_invalid'],
      ['signature', signature.replaceAll('=', ''), 'signature_invalid'],
      ['signature', `${signature} `, 'signature_invalid'],
      ['signature', randomBytes(256).toString('base64'), 'signature_invalid'],
      ['signature', `WECHATPAY/SIGNTEST/${signature}`, 'signature_invalid'],
      ['signature', `WECHATPAY/SIGNTEST/${randomBytes(96).toString('base64')}`, 'signature_invalid'],
    ];
    for (const [header, value, reason] of changes) {
      expect([header, value, await outcome(gateway, withHeader(`wechatpay-${header}`, value))]).toEqual([
        header,
        value,
        reason,
      ]);
    }
  });

  it('is too old five minutes later', async () => {
    const later = bench.wechatPay(mode, { now: () => new Date(Date.now() + 302_000) });
    expect(await outcome(later, raw())).toBe('timestamp_out_of_range');
  });

  it('refuses each field changed, the seal of another event, and a body cut or grown', async () => {
    type Envelope = Record<string, unknown> & { resource: Record<string, unknown> };
    const envelope = JSON.parse(raw().body) as Envelope;
    const { resource } = JSON.parse(other().body) as Envelope;
    const changed = [
      ...Object.keys(envelope).map((name) => ({ ...envelope, [name]: 'changed' })),
      ...Object.keys(envelope.resource).map((name) => ({
        ...envelope,
        resource: { ...envelope.resource, [name]: 'changed' },
      })),
      { ...envelope, resource },
      { ...envelope, event_type: 'REFUND.SUCCESS' },
      { ...envelope, extra: 1 },
    ].map((body) => JSON.stringify(body));
    const bodies = [
      ...changed,
      other().body,
      JSON.stringify(envelope, null, 2),
      ...cuts(raw().body).map((length) => raw().body.slice(0, length)),
      ...TAILS.map((tail) => raw().body + tail),
    ];
    for (const body of bodies)
      expect([body, await outcome(gateway, withBody(body))]).toEqual([body, 'signature_invalid']);
  });

  it('is not for another merchant, app or APIv3 key', async () => {
    const { apiV3Key } = bench.credentials.wechatpay;
    const appOf = (changes: object) => bench.wechatPay('public key', changes);
    if (mode === 'public key') {
      expect(await outcome(appOf({ mchId: '1900000009' }), raw())).toBe('addressee_mismatch');
      expect(await outcome(appOf({ apiV3Key: apiV3Key.split('').reverse().join('') }), raw())).toBe(
        'decryption_failed',
      );
    }
    expect(await outcome(bench.wechatPay(mode, { appId: 'wxanother0000001' }), raw())).toBe(
      'addressee_mismatch',
    );
  });

  it('refuses any single bit changed, anywhere', async () => {
    const places = fc.constantFrom('body', 'wechatpay-timestamp', 'wechatpay-nonce', 'wechatpay-signature');
    await fc.assert(
      fc.asyncProperty(places, flips.position, flips.bit, async (place, position, bit) => {
        const tampered =
          place === 'body'
            ? withBody(flip(raw().body, position, bit))
            : withHeader(place, flip(raw().headers[place] ?? '', position, bit));
        expect(['signature_invalid', 'timestamp_out_of_range']).toContain(await outcome(gateway, tampered));
      }),
      { numRuns: 500 },
    );
  });
});

describe.each(['public key', 'certificate'] as const)('Alipay, %s', (mode) => {
  const raw = () => caughtOf('alipay', mode)[0];
  const other = () => caughtOf('alipay', mode)[1];
  let gateway: PaymentGateway;
  beforeAll(() => {
    gateway = bench.alipay(mode);
  });
  const withBody = (body: string): Caught => ({ headers: raw().headers, body });
  const parameters = () => new URLSearchParams(raw().body);
  const changedTo = (name: string, value: string | undefined): Caught => {
    const changed = parameters();
    if (value === undefined) changed.delete(name);
    else changed.set(name, value);
    return withBody(changed.toString());
  };

  it('takes the genuine one, as often as it comes', async () => {
    for (const sent of [raw(), raw(), other()]) {
      expect(JSON.parse(await outcome(gateway, sent))).toMatchObject({ kind: 'payment' });
    }
  });

  it('refuses each field changed, emptied or left out', async () => {
    for (const [name, value] of parameters()) {
      const another = new URLSearchParams(other().body).get(name);
      const values = [
        '',
        `${value}0`,
        `0${value}`,
        undefined,
        ...(another === null || another === value ? [] : [another]),
      ];
      for (const changed of values) {
        expect([name, changed, await outcome(gateway, changedTo(name, changed))]).toEqual([
          name,
          changed,
          name === 'alipay_cert_sn' && changed !== undefined ? 'serial_unknown' : 'signature_invalid',
        ]);
      }
    }
  });

  it('refuses another algorithm, another certificate and another signature', async () => {
    const { alipayPublicCert: _held, ...others } = bench.credentials.alipay;
    expect(others.appCert).toContain('CERTIFICATE');
    expect(await outcome(gateway, changedTo('sign_type', 'RSA'))).toBe('signature_invalid');
    expect(await outcome(gateway, changedTo('sign', randomBytes(256).toString('base64')))).toBe(
      'signature_invalid',
    );
    expect(await outcome(gateway, changedTo('alipay_cert_sn', 'f'.repeat(32)))).toBe(
      mode === 'certificate' ? 'serial_unknown' : 'signature_invalid',
    );
  });

  it('refuses a body cut or grown, and a parameter that comes twice', async () => {
    for (const length of cuts(raw().body)) {
      const reason = await outcome(gateway, withBody(raw().body.slice(0, length)));
      expect([length, reason]).toEqual([length, 'signature_invalid']);
    }
    for (const tail of TAILS)
      expect(await outcome(gateway, withBody(raw().body + tail))).toBe('signature_invalid');
    for (const body of [`total_amount=0.01&${raw().body}`, `${raw().body}&total_amount=0.01`]) {
      expect(await outcome(gateway, withBody(body))).toBe('body_malformed');
    }
  });

  it('is too old once Alipay has given up repeating it, and not before', async () => {
    const at = (offsetMs: number) => bench.alipay(mode, { now: () => new Date(Date.now() + offsetMs) });
    expect(await outcome(at(25 * 3_600_000), raw())).toContain('payment');
    expect(await outcome(at(26 * 3_600_000 + 60_000), raw())).toBe('timestamp_out_of_range');
    expect(await outcome(at(-3_600_000), raw())).toBe('timestamp_out_of_range');
  });

  it('is not for another app or seller', async () => {
    expect(await outcome(bench.alipay(mode, { appId: '2021000000009999' }), raw())).toBe(
      'addressee_mismatch',
    );
    expect(await outcome(bench.alipay(mode, { sellerId: '2088000000009999' }), raw())).toBe(
      'addressee_mismatch',
    );
  });

  it('refuses any single bit changed, or reads the very same', async () => {
    const before = await outcome(gateway, raw());
    const said = JSON.stringify([...parameters()]);
    await fc.assert(
      fc.asyncProperty(flips.position, flips.bit, async (position, bit) => {
        const body = flip(raw().body, position, bit);
        // `%2B` and `%2b` are two ways to write one character: what was signed is the character.
        const saysTheSame = JSON.stringify([...new URLSearchParams(body)]) === said;
        const after = await outcome(gateway, withBody(body));
        if (saysTheSame) expect(after).toBe(before);
        else expect(['signature_invalid', 'body_malformed']).toContain(after);
      }),
      { numRuns: 500 },
    );
  });
});
