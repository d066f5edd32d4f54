import {
  consentState,
  DOCUMENTS,
  missingConsents,
  versionAt,
  type LegalDocument,
} from '../../cloud/domain/personal';

const text = { title: 'title', paragraphs: ['words'] };
const policy: LegalDocument = {
  id: 'privacy_policy',
  kind: 'required',
  versions: [
    { version: '2026-11-01', text: { 'zh-CN': text, en: text } },
    { version: '2026-12-01', text: { 'zh-CN': text, en: text } },
  ],
};
const cards: LegalDocument = { ...policy, id: 'bank_card', kind: 'separate' };
const at = (instant: string): Date => new Date(instant);

test('a version is in force from midnight in Shanghai until the next one is', () => {
  expect(versionAt(policy, at('2020-01-01T00:00:00Z')).version).toBe('2026-11-01');
  expect(versionAt(policy, at('2026-11-30T15:59:59Z')).version).toBe('2026-11-01');
  expect(versionAt(policy, at('2026-11-30T16:00:00Z')).version).toBe('2026-12-01');
  expect(() => versionAt({ ...policy, versions: [] }, at('2026-12-01T00:00:00Z'))).toThrow(RangeError);
});

test('a consent holds for its version until it is withdrawn, and only required ones are missed', () => {
  const now = at('2026-12-02T00:00:00Z');
  const say = (version: string, given = true) => ({ document: 'privacy_policy' as const, version, given });
  expect(consentState(policy, undefined, now)).toBe('none');
  expect(consentState(policy, say('2026-12-01'), now)).toBe('given');
  expect(consentState(policy, say('2026-11-01'), now)).toBe('outdated');
  expect(consentState(policy, say('2026-12-01', false), now)).toBe('withdrawn');
  expect(missingConsents([policy, cards], [], now)).toEqual(['privacy_policy']);
  expect(missingConsents([policy, cards], [say('2026-12-01')], now)).toEqual([]);
});

test('every document has its versions in order, each with the same paragraphs in both languages', () => {
  for (const { versions } of DOCUMENTS) {
    expect(versions.map(({ version }) => version)).toEqual(versions.map(({ version }) => version).sort());
    for (const { text: words } of versions) {
      expect(words.en.paragraphs).toHaveLength(words['zh-CN'].paragraphs.length);
    }
  }
});
