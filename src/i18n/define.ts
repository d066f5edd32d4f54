/** Messages of one page: the same keys in both languages. `{name}` in a text is a parameter. */
export interface Messages<Key extends string, Chinese extends Record<Key, string>> {
  readonly 'zh-CN': Chinese;
  readonly en: Readonly<Record<Key, string>>;
}

/**
 * Declares a page's messages. The Chinese texts decide the keys and their parameters; English must have exactly the
 * same keys.
 */
export function defineMessages<const Chinese extends Record<string, string>>(
  chinese: Chinese,
  english: { readonly [Key in keyof Chinese]: string },
): Messages<keyof Chinese & string, Chinese> {
  return { 'zh-CN': chinese, en: english };
}

/** Names of the `{parameters}` in a text. */
export type ParameterNames<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParameterNames<Rest>
  : never;
