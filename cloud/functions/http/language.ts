import type { Language } from '../../contract/errors';

/** The language of an answer from `Accept-Language`: the most wanted of zh and en, zh-CN where neither is named. */
export function languageFrom(header: string | undefined): Language {
  let chosen: Language = 'zh-CN';
  let chosenWeight = 0;
  // A header longer than any browser's is not worth reading to its end.
  for (const part of (header ?? '').slice(0, 256).split(',')) {
    const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
    const weightText = parameters.find((parameter) => parameter.trim().startsWith('q='));
    const weight = weightText === undefined ? 1 : Number(weightText.trim().slice(2));
    const language = /^zh\b/.test(tag) ? 'zh-CN' : /^en\b/.test(tag) ? 'en' : undefined;
    if (language !== undefined && weight > chosenWeight) {
      chosen = language;
      chosenWeight = weight;
    }
  }
  return chosen;
}
