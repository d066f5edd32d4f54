import { invalidParameter, Refusal } from './errors';
import { parseYuanText } from './yuan';

/** The business parameters of one call: a JSON object in one form field, read field by field. Throws Refusal. */
export class BizContent {
  private constructor(private readonly fields: Readonly<Record<string, unknown>>) {}

  static read(text: string | undefined): BizContent {
    let parsed: unknown;
    try {
      parsed = JSON.parse(text ?? '{}');
    } catch {
      parsed = undefined;
    }
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
      throw new Refusal('40002', 'isv.invalid-parameter', '参数无效，biz_content不是合法的JSON对象');
    }
    return new BizContent(parsed as Record<string, unknown>);
  }

  /** A text of at most `lengthMax` characters, or undefined where absent. */
  optional(name: string, lengthMax: number, pattern?: RegExp): string | undefined {
    const value = this.fields[name];
    if (value === undefined || value === null || value === '') return undefined;
    if (typeof value !== 'string' || [...value].length > lengthMax) throw invalidParameter(name);
    if (pattern !== undefined && !pattern.test(value)) throw invalidParameter(name);
    return value;
  }

  /** As `optional`, but must be there. */
  required(name: string, lengthMax: number, pattern?: RegExp): string {
    const value = this.optional(name, lengthMax, pattern);
    if (value === undefined) throw invalidParameter(`${name}不能为空`);
    return value;
  }

  /** An amount: a string of yuan on the wire, integer fen here. */
  amountFen(name: string): number {
    const fen = parseYuanText(this.fields[name]);
    if (fen === undefined) throw invalidParameter(name);
    return fen;
  }

  /** An object, to be read field by field in its turn. */
  object(name: string): BizContent {
    const value = this.fields[name];
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalidParameter(name);
    return new BizContent(value as Record<string, unknown>);
  }

  /** A list of texts, empty where absent. */
  texts(name: string): readonly string[] {
    const value = this.fields[name] ?? [];
    if (!Array.isArray(value) || !value.every((item): item is string => typeof item === 'string')) {
      throw invalidParameter(name);
    }
    return value;
  }
}
