import { createAlipayClient } from '../../cloud/gateways/alipay';
import { createAlipayLogin } from '../../cloud/gateways/hosts/alipay';
import { LoginCodeRejected } from '../../cloud/gateways/port';
import { failing, reply, startStub } from './alipay-stub';

let stub: Awaited<ReturnType<typeof startStub>>;
beforeEach(async () => {
  stub = await startStub();
});
afterEach(() => stub.close());

describe('login', () => {
  const TOKEN = 'alipay.system.oauth.token';
  const login = () => createAlipayLogin(createAlipayClient(stub.clientOptions));

  it('tells who it is', async () => {
    stub.on(TOKEN, { access_token: 'a', open_id: 'alice-open-id', union_id: 'alice-union', expires_in: 1 });
    await expect(login().exchange('code')).resolves.toEqual({
      openId: 'alice-open-id',
      unionId: 'alice-union',
    });
  });

  it.each([
    ['signed', reply('', failing('40002', 'isv.code-invalid'), 'error_response')],
    ['unsigned', `{"error_response":${JSON.stringify(failing('40002', 'isv.code-invalid'))}}`],
  ])('a code that is not taken is the user’s to repeat (%s)', async (_how, text) => {
    stub.onText(TOKEN, text);
    await expect(login().exchange('used')).rejects.toThrow(LoginCodeRejected);
  });

  it('anything else is the gateway’s', async () => {
    stub.on(TOKEN, failing('20000', 'isp.unknow-error'));
    await expect(login().exchange('code')).rejects.toMatchObject({ name: 'GatewayError', kind: 'unknown' });
    stub.on(TOKEN, { access_token: 'a', user_id: '2088000000000009' });
    await expect(login().exchange('code')).rejects.toMatchObject({ gatewayCode: 'NO_OPEN_ID' });
  });
});
