/** A refusal as the APIv3 tells it: HTTP status, `code`, `message`, and for bad input where it is. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  constructor(
    readonly status: 400 | 401 | 403 | 404 | 500,
    readonly code: string,
    message: string,
    readonly detail?: object,
  ) {
    super(message);
  }

  get body(): object {
    return { code: this.code, message: this.message, ...(this.detail && { detail: this.detail }) };
  }
}

/** PARAM_ERROR with the field that is wrong. */
export const wrongParameter = (field: string, issue: string, location = 'body'): Refusal =>
  new Refusal(400, 'PARAM_ERROR', `输入源“/body/${field}”映射到字段“${field}”规则校验失败`, {
    field: `/${field}`,
    issue,
    location,
  });

export const signError = (issue: string, information: object = {}): Refusal =>
  new Refusal(401, 'SIGN_ERROR', '签名错误，请检查后再试', {
    field: 'signature',
    location: 'authorization',
    detail: { issue },
    sign_information: information,
  });
