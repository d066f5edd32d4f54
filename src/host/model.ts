const LENGTH_MAX = 64;

/** What a phone is called: its brand and model as the host tells them, one line of at most 64 characters. */
export function modelName(info: { readonly brand?: string; readonly model?: string }): string | undefined {
  const { brand = '', model = '' } = info;
  // Many models begin with their brand.
  const named = model.toLowerCase().startsWith(brand.toLowerCase()) ? model : `${brand} ${model}`;
  const line = named.replace(/[^\x20-\x7e\u4e00-\u9fff]/g, '').trim();
  return line === '' ? undefined : line.slice(0, LENGTH_MAX);
}
