import { ACCOUNT_LINKING } from './texts/account-linking';
import { BANK_CARD } from './texts/bank-card';
import { PHONE_NUMBER } from './texts/phone-number';
import { PRIVACY_POLICY } from './texts/privacy-policy';
import { USER_AGREEMENT } from './texts/user-agreement';

/** What a version says in one language: a title and its paragraphs. */
export interface DocumentText {
  readonly title: string;
  readonly paragraphs: readonly string[];
}

/** One version of a document. It is in force from the start of its day in Asia/Shanghai until the next one is. */
export interface DocumentVersion {
  /** `yyyy-mm-dd`. */
  readonly version: string;
  readonly text: { readonly 'zh-CN': DocumentText; readonly en: DocumentText };
}

export const DOCUMENT_IDS = [
  'privacy_policy',
  'user_agreement',
  'phone_number',
  'bank_card',
  'account_linking',
] as const;
export type DocumentId = (typeof DOCUMENT_IDS)[number];

/**
 * Something that people agree to. `required`: asked for before anybody signs in (PIPL articles 13, 14 and 17). `separate`: a
 * purpose of its own that can be refused while the rest goes on (articles 14 and 16); bank cards are sensitive information,
 * for which article 29 asks for a consent apart from every other.
 */
export interface LegalDocument {
  readonly id: DocumentId;
  readonly kind: 'required' | 'separate';
  /** Oldest first. */
  readonly versions: readonly DocumentVersion[];
}

/** Every document with all versions there ever were. */
export const DOCUMENTS: readonly LegalDocument[] = [
  { id: 'privacy_policy', kind: 'required', versions: PRIVACY_POLICY },
  { id: 'user_agreement', kind: 'required', versions: USER_AGREEMENT },
  { id: 'phone_number', kind: 'separate', versions: PHONE_NUMBER },
  { id: 'bank_card', kind: 'separate', versions: BANK_CARD },
  { id: 'account_linking', kind: 'separate', versions: ACCOUNT_LINKING },
];
