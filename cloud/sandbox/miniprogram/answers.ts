import { randomBytes } from 'node:crypto';

/** WeChat answers 200 whatever happened; `errcode` tells. */
export const failure = (errcode: number, errmsg: string) => ({
  errcode,
  errmsg: `${errmsg}, rid: ${randomBytes(4).toString('hex')}-sandbox`,
});

export const OK = { errcode: 0, errmsg: 'ok' } as const;
