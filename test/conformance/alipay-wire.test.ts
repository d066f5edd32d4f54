import { certificateSn } from '../../cloud/sandbox/alipay/certificates';
import { formatBeijingTime, nextBeijingMidnight, parseBeijingTime } from '../../cloud/sandbox/beijing-time';
import {
  findSignatureMismatch,
  joinSorted,
  renderNotification,
  renderReply,
} from '../../cloud/sandbox/alipay/wire';
import { formatYuanText, parseYuanText } from '../../cloud/sandbox/alipay/yuan';
import vectors from './vectors/alipay.json';

describe('the sandbox writes the same bytes as the published protocol', () => {
  it('builds the sign string of a request and accepts its signature', () => {
    const { params, signString, sign } = vectors.request;
    expect(joinSorted(params, ['sign'], true)).toBe(signString);
    expect(findSignatureMismatch({ ...params, sign }, vectors.app.publicKey)).toBeUndefined();
  });

  it('names the sign string it built when one character of a request differs', () => {
    const { params, sign } = vectors.request;
    const changed = { ...params, sign, notify_url: `${params.notify_url}1` };
    expect(findSignatureMismatch(changed, vectors.app.publicKey)).toBe(joinSorted(changed, ['sign'], true));
  });

  it('refuses a request whose sign_type was left out of the signature', () => {
    const { params, sign } = vectors.request;
    const { sign_type: _, ...rest } = params;
    expect(findSignatureMismatch({ ...rest, sign }, vectors.app.publicKey)).toBeDefined();
  });

  it('accepts a signature with empty values left out and one with them', () => {
    const { params, sign } = vectors.request;
    expect(
      findSignatureMismatch({ ...params, app_auth_token: '', sign }, vectors.app.publicKey),
    ).toBeUndefined();
  });

  it('signs the raw text of a reply, slashes escaped', () => {
    const body = JSON.parse(vectors.response.signedText) as object;
    const signing = { privateKey: vectors.alipay.privateKey, certSn: undefined, spoil: false };
    expect(renderReply('alipay_trade_query_response', body, signing)).toBe(vectors.response.raw);
  });

  it('puts the certificate number between the value and the signature', () => {
    const signing = { privateKey: vectors.alipay.privateKey, certSn: vectors.alipay.certSn, spoil: false };
    expect(renderReply('a_response', {}, signing)).toMatch(
      new RegExp(
        `^\\{"a_response":\\{\\},"alipay_cert_sn":"${vectors.alipay.certSn}","sign":"[^"]{344}"\\}$`,
      ),
    );
  });

  it('signs a notification without sign and sign_type', () => {
    const { params, sign, formBody } = vectors.notification;
    const form = new URLSearchParams(renderNotification(params, vectors.alipay.privateKey, false));
    expect(form.get('sign')).toBe(sign);
    expect(Object.fromEntries(form)).toEqual(Object.fromEntries(new URLSearchParams(formBody)));
  });

  it('numbers certificates by issuer and decimal serial', () => {
    expect(certificateSn(vectors.app.cert)).toBe(vectors.app.certSn);
    expect(certificateSn(`${vectors.app.cert}\n${vectors.alipay.cert}`)).toBe(
      `${vectors.app.certSn}_${vectors.alipay.certSn}`,
    );
  });
});

describe('amounts and times on the wire', () => {
  it.each([
    ['0.01', 1],
    ['88.88', 8888],
    ['1', 100],
    ['1.5', 150],
    ['100000000', 10_000_000_000],
    ['99999999.99', 9_999_999_999],
  ])('reads %s yuan as %d fen', (text, fen) => {
    expect(parseYuanText(text)).toBe(fen);
  });

  it.each([
    '0',
    '0.00',
    '0.001',
    '100000000.01',
    '-1.00',
    '+1.00',
    '1.',
    '.5',
    '01.00',
    '1e2',
    '1,000.00',
    ' 1.00',
    '１.00',
    '',
    88.88,
    undefined,
  ])('refuses %p as an amount', (text) => {
    expect(parseYuanText(text)).toBeUndefined();
  });

  it('writes two decimals', () => {
    expect([1, 10, 100, 8888, 123456789].map(formatYuanText)).toEqual([
      '0.01',
      '0.10',
      '1.00',
      '88.88',
      '1234567.89',
    ]);
  });

  it('keeps Beijing time in any zone and refuses days that do not exist', () => {
    const instant = new Date('2025-12-31T16:00:00Z');
    expect(formatBeijingTime(instant)).toBe('2026-01-01 00:00:00');
    expect(parseBeijingTime('2026-01-01 00:00:00')).toEqual(instant);
    expect(parseBeijingTime('2026-02-29 00:00:00')).toBeUndefined();
    expect(parseBeijingTime('2026-01-01T00:00:00')).toBeUndefined();
    expect(nextBeijingMidnight(new Date('2025-12-31T15:59:59Z'))).toEqual(instant);
    expect(nextBeijingMidnight(instant)).toEqual(new Date('2026-01-01T16:00:00Z'));
  });
});
