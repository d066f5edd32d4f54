import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** A request as it came. */
export interface SignedRequest {
  readonly header: (name: string) => string | undefined;
  readonly body: string;
}

export interface ApiKey {
  readonly secretId: string;
  readonly secretKey: string;
}

const AUTHORIZATION =
  /^TC3-HMAC-SHA256 Credential=([^/\s]+)\/(\d{4}-\d{2}-\d{2})\/([a-z]+)\/tc3_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$/;
const CLOCK_SKEW_MAX_S = 300;

/** Why a request is not believed, by the API's code; undefined where it is. */
export function signatureProblem(request: SignedRequest, key: ApiKey, now: Date): string | undefined {
  const match = AUTHORIZATION.exec(request.header('authorization') ?? '');
  if (match === null) return 'AuthFailure.InvalidAuthorization';
  const [, id = '', day = '', product = '', names = '', given = ''] = match;
  if (id !== key.secretId) return 'AuthFailure.SecretIdNotFound';
  const stamp = request.header('x-tc-timestamp') ?? '';
  if (!/^\d{10}$/.test(stamp)) return 'MissingParameter';
  const seconds = Number(stamp);
  if (Math.abs(now.getTime() / 1_000 - seconds) > CLOCK_SKEW_MAX_S) return 'AuthFailure.SignatureExpire';
  const date = new Date(seconds * 1_000);
  const pad = (part: number): string => String(part).padStart(2, '0');
  const utcDay = `${date.getUTCFullYear()}-${pad(date.getUTCMonth() + 1)}-${pad(date.getUTCDate())}`;
  const listed = names.split(';');
  const inOrder = [...listed].sort().join(';') === names;
  if (day !== utcDay || product !== 'sms' || !inOrder) return 'AuthFailure.SignatureFailure';
  if (!listed.includes('content-type') || !listed.includes('host')) return 'AuthFailure.SignatureFailure';

  let headers = '';
  for (const name of listed) {
    const value = request.header(name);
    if (value === undefined) return 'AuthFailure.SignatureFailure';
    headers += `${name}:${value.trim().toLowerCase()}\n`;
  }
  const bodyHash = createHash('sha256').update(request.body, 'utf8').digest('hex');
  const canonicalHash = createHash('sha256')
    .update(`POST\n/\n\n${headers}\n${names}\n${bodyHash}`, 'utf8')
    .digest('hex');
  const step = (secret: Buffer, text: string): Buffer =>
    createHmac('sha256', secret).update(text, 'utf8').digest();
  const signing = ['sms', 'tc3_request'].reduce(step, step(Buffer.from(`TC3${key.secretKey}`), day));
  const wanted = step(signing, `TC3-HMAC-SHA256\n${stamp}\n${day}/sms/tc3_request\n${canonicalHash}`);
  return timingSafeEqual(wanted, Buffer.from(given, 'hex')) ? undefined : 'AuthFailure.SignatureFailure';
}
