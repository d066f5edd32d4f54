import {
  adapterFor,
  certificatesAnswer,
  certificatesUntil,
  newPlatform,
  NO,
  PUBLIC_KEY_ID,
  refusalOf,
  startStub,
  transaction,
} from './wechatpay-stub';

const platform = newPlatform(PUBLIC_KEY_ID);
const publicKey = { id: PUBLIC_KEY_ID, pem: platform.publicKeyPem };
const first = newPlatform('5157F09EFDC096DE15EBE81A47057A7232F1B8E1');
const second = newPlatform('6157F09EFDC096DE15EBE81A47057A7232F1B8E2');
const QUERY = `/v3/pay/transactions/out-trade-no/${NO}`;
const CERTIFICATES = '/v3/certificates';

let stub: Awaited<ReturnType<typeof startStub>>;
beforeEach(async () => {
  stub = await startStub(platform);
});
afterEach(() => stub.close());

it('platform certificates are fetched before the first call, kept, and fetched again for a new serial number', async () => {
  const clock = { nowMs: Date.now() };
  const certified = adapterFor(stub.url, { now: () => new Date(clock.nowMs) });
  stub.signBy(first);
  stub.on(CERTIFICATES, await certificatesAnswer(first));
  stub.on(QUERY, { body: transaction() });
  await certified.queryPayment(NO);
  await certified.queryPayment(NO);
  expect(stub.asked.filter(({ url }) => url === CERTIFICATES)).toHaveLength(1);

  stub.on(CERTIFICATES, await certificatesAnswer(first, second));
  stub.signBy(second);
  await expect(certified.queryPayment(NO)).rejects.toMatchObject({
    kind: 'unknown',
    gatewayCode: 'EV3_RES_HEADER_PLATFORM_SERIAL',
  });
  clock.nowMs += 60_000;
  await expect(certified.queryPayment(NO)).resolves.toMatchObject({ state: 'succeeded' });
  expect(stub.asked.filter(({ url }) => url === CERTIFICATES)).toHaveLength(2);

  clock.nowMs += 12 * 3_600_000 + 1;
  await certified.queryPayment(NO);
  expect(stub.asked.filter(({ url }) => url === CERTIFICATES)).toHaveLength(3);
});

it('platform certificates outlive a fetch that fails', async () => {
  const clock = { nowMs: Date.now() };
  const certified = adapterFor(stub.url, { now: () => new Date(clock.nowMs) });
  stub.signBy(first);
  stub.on(CERTIFICATES, await certificatesAnswer(first), refusalOf(500, 'SYSTEM_ERROR'));
  stub.on(QUERY, { body: transaction() });
  await certified.queryPayment(NO);
  clock.nowMs += 12 * 3_600_000 + 1;
  await expect(certified.queryPayment(NO)).resolves.toMatchObject({ state: 'succeeded' });
});

it('platform certificates are refused where the APIv3 key does not open them or none of them signed the answer', async () => {
  stub.on(CERTIFICATES, await certificatesAnswer(first));
  const wrongKey = adapterFor(stub.url, { apiV3Key: 'another-APIv3-key-of-32-letters!' });
  await expect(wrongKey.queryPayment(NO)).rejects.toMatchObject({ kind: 'misconfigured' });
  await expect(adapterFor(stub.url).queryPayment(NO)).rejects.toMatchObject({
    kind: 'unknown',
    gatewayCode: 'CERTIFICATES_UNVERIFIED',
  });
});

it('platform certificates are not believed beyond their day', async () => {
  stub.signBy(first);
  stub.on(CERTIFICATES, await certificatesUntil(Date.now() - 1_000, first));
  await expect(adapterFor(stub.url).queryPayment(NO)).rejects.toMatchObject({
    kind: 'unknown',
    gatewayCode: 'CERTIFICATES_UNVERIFIED',
  });
});

it('platform certificates are refused with a reason that the operator can act on', async () => {
  stub.on(CERTIFICATES, refusalOf(401, 'SIGN_ERROR'));
  await expect(adapterFor(stub.url).queryPayment(NO)).rejects.toMatchObject({
    kind: 'misconfigured',
    gatewayCode: 'SIGN_ERROR',
  });
});

it('platform certificates are used beside the public key while a merchant moves from one to the other', async () => {
  stub.signBy(first);
  stub.on(CERTIFICATES, await certificatesAnswer(first));
  stub.on(QUERY, { body: transaction() });
  await expect(adapterFor(stub.url, { publicKey }).queryPayment(NO)).resolves.toMatchObject({
    state: 'succeeded',
  });
});
