import type { Browser, Page } from 'playwright-core';

import { startLocalCloud, type LocalCloud } from '../../cloud/local/cloud';
import { DOCUMENTS, versionAt } from '../../cloud/domain/personal';
import { newSigningKey } from '../../cloud/local/keep';
import { generateKeys } from '../../cloud/sandbox';
import { openDatabase, type Database } from '../../cloud/store';
import { control } from '../support/client';
import { createTestDatabase } from '../support/database';
import { OPERATOR_TOKENS, VAULT_KEYS } from '../support/stack';
import { launchBrowser } from './browser';

/** What `npm start` runs, with a browser in front of it. */
export interface Preview {
  readonly url: string;
  readonly databaseUrl: string;
  /** What went wrong in a page or in the cloud, but for what tests ask for. */
  readonly complaints: string[];
  /**
   * The page with the two phones, opened anew, held by two people or one; on devices that agreed to the documents in force, unless
   * told otherwise.
   */
  open(options?: { readonly agreed?: boolean; readonly onePerson?: boolean }): Promise<Page>;
  control(path: string, body?: object, method?: string): Promise<Record<string, unknown>>;
  query<Result>(ask: (db: Database) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

/** Alerts that tests bring about on purpose. */
const ASKED_FOR: readonly string[] = ['refund_needs_review'];

const AGREED = {
  items: DOCUMENTS.filter(({ kind }) => kind === 'required').map((document) => ({
    document: document.id,
    version: versionAt(document, new Date()).version,
  })),
  told: false,
};
/** Runs in every frame, before the app does. */
const AGREE = `for (const host of ['weapp', 'alipay']) {
  const key = 'tpwallet.' + host + '.consents';
  if (localStorage.getItem(key) === null) localStorage.setItem(key, '${JSON.stringify({ data: AGREED })}');
}`;

export async function startPreview(options: { readonly notifyTimeScale?: number } = {}): Promise<Preview> {
  const complaints: string[] = [];
  const database = await createTestDatabase();
  const cloud: LocalCloud = await startLocalCloud({
    ...options,
    databaseUrl: database.url,
    port: 0,
    sandboxPort: 0,
    keys: await generateKeys(new Date()),
    sessionSecret: 'a secret that only this run of the tests knows',
    jobSecret: 'another secret that only this run of the tests knows',
    operatorTokens: OPERATOR_TOKENS,
    vaultKeys: VAULT_KEYS,
    ledgerSigningKey: newSigningKey(),
    jobsEveryMs: 500,
    log: (level, event, fields) => {
      if (level === 'error' && !ASKED_FOR.includes(event))
        complaints.push(`${event} ${JSON.stringify(fields)}`);
    },
  });
  const browser: Browser = await launchBrowser();
  const db = openDatabase({ url: database.url, poolMax: 2 });
  return {
    url: cloud.url,
    databaseUrl: database.url,
    complaints,
    async open({ agreed = true, onePerson = false } = {}) {
      const page = await browser.newPage({ viewport: { width: 900, height: 1000 }, locale: 'zh-CN' });
      page.setDefaultTimeout(40_000);
      page.on('pageerror', (error) => complaints.push(String(error)));
      if (agreed) await page.addInitScript(AGREE);
      await page.goto(onePerson ? `${cloud.url}/?one-person` : cloud.url);
      return page;
    },
    control: (path, body, method) => control({ sandboxUrl: cloud.sandboxUrl }, path, body, method),
    query: (ask) => ask(db),
    async close() {
      await browser.close();
      await cloud.close();
      await db.destroy();
      await database.drop();
    },
  };
}
