import { Secret } from '../../cloud/domain/secret';
import { SmsNotSent, type SmsSender, type TextMessage } from '../../cloud/gateways/sms/port';
import { tc3Authorization } from '../../cloud/gateways/sms/tc3';
import { createTencentSms, type TencentSmsOptions } from '../../cloud/gateways/sms/tencent';
import { generateKeys, startSandbox, type Sandbox } from '../../cloud/sandbox';
import { control } from '../support/client';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, host: '127.0.0.1', keys: await generateKeys(new Date()) });
});
afterAll(() => sandbox.close());

function sender(changes: Partial<TencentSmsOptions> = {}): SmsSender {
  const { sms } = sandbox.credentials;
  return createTencentSms({
    ...sms,
    region: 'ap-guangzhou',
    now: () => new Date(),
    timeoutMs: 2_000,
    ...changes,
  });
}
const code = (phone: string): TextMessage => ({
  kind: 'code',
  to: new Secret(`+86${phone}`),
  values: [new Secret('123456'), '5'],
});
const texts = async (phone: string): Promise<unknown> =>
  (await control({ sandboxUrl: sandbox.url }, `texts?phone=${phone}`)).texts;
const fault = (kind: string): Promise<unknown> =>
  control({ sandboxUrl: sandbox.url }, 'faults', { gateway: 'sms', operation: 'SendSms', fault: { kind } });
const problemOf = (sending: Promise<unknown>): Promise<string> =>
  sending.then(
    (outcome) => String(outcome),
    (error: unknown) => (error instanceof SmsNotSent ? `${error.kind} ${error.code}` : String(error)),
  );

test("the signature is that of the API's published example", () => {
  const authorization = tc3Authorization({
    secretId: 'AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE',
    secretKey: 'Gu5t9xGARNpq86cd98joQYCN3EXAMPLE',
    service: 'cvm',
    headers: { host: 'cvm.tencentcloudapi.com', 'content-type': 'application/json; charset=utf-8' },
    body: String.raw`{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}`,
    timestampS: 1_551_113_065,
  });
  expect(authorization).toBe(
    'TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE/2019-02-25/cvm/tc3_request, ' +
      'SignedHeaders=content-type;host, ' +
      'Signature=72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168',
  );
});

test('a message reaches the phone as the template has it', async () => {
  expect(await sender().send(code('13800000001'))).toBe('sent');
  expect(await texts('13800000001')).toMatchObject([
    { params: ['123456', '5'], text: '【TPWallet】验证码 123456，5 分钟内有效。请勿告诉他人。' },
  ]);
});

test.each([
  ['another secret', { secretKey: 'b'.repeat(32) }, 'misconfigured AuthFailure.SignatureFailure'],
  ['an unknown key', { secretId: `AKID${'b'.repeat(32)}` }, 'misconfigured AuthFailure.SecretIdNotFound'],
  [
    'a clock that is wrong',
    { now: () => new Date(Date.now() - 600_000) },
    'misconfigured AuthFailure.SignatureExpire',
  ],
  [
    'another application',
    { sdkAppId: '1400000000' },
    'misconfigured UnauthorizedOperation.SmsSdkAppIdVerifyFail',
  ],
  [
    'a signature that was not approved',
    { signName: '别人' },
    'misconfigured FailedOperation.SignatureIncorrectOrUnapproved',
  ],
  ['no template', { templates: {} }, 'misconfigured NO_TEMPLATE_code'],
  ['nobody at the other end', { baseUrl: 'http://127.0.0.1:9' }, 'unknown NO_ANSWER'],
])('with %s nothing is sent, and the error holds neither number nor code', async (_, changes, expected) => {
  const problem = await problemOf(sender(changes).send(code('13800000002')));
  expect(problem).toBe(expected);
  expect(await texts('13800000002')).toEqual([]);
});

test('a number that takes none is told apart from a service that does not work', async () => {
  await fault('refuse');
  expect(await sender().send(code('13800000003'))).toBe('refused');
  expect(await sender().send(code('23800000003'))).toBe('refused');
  await fault('http_500');
  expect(await problemOf(sender().send(code('13800000003')))).toBe('unknown HTTP_500');
});
