import { Hono, type Context } from 'hono';

import { paths } from '../../contract/paths';
import { consentGiveSchema, consentWithdrawSchema } from '../../contract/personal-schemas';
import type { ConsentList, LegalDocumentList } from '../../contract/types';
import { consentState, versionAt, type DocumentId } from '../../domain/personal';
import { inTransaction, type Database } from '../../store';
import { endSessions, forgetPhone, getPhone } from '../../store/identity';
import { lastConsents, sayConsents } from '../../store/personal';
import { deleteCard, listCards } from '../../store/vault';
import type { Dependencies } from '../dependencies';
import { authenticated } from '../http/auth';
import { jsonBody } from '../http/body';
import type { App, Caller, Env } from '../http/environment';
import { answerOnce } from '../http/idempotency';
import { ApiError } from '../http/problem';
import { noteEvent } from '../security/events';
import { spend } from '../security/spend';

/** The documents in force, for anybody, and what an account agreed to. */
export function consentRoutes(deps: Dependencies): App {
  const app = new Hono<Env>();
  const signedIn = authenticated(deps);

  app.get(paths.documents, (c) => {
    const now = deps.now();
    const items = deps.documents.map((document) => {
      const { version, text } = versionAt(document, now);
      const { title, paragraphs } = text[c.get('language')];
      return { id: document.id, kind: document.kind, version, title, paragraphs: [...paragraphs] };
    });
    return c.json({ items } satisfies LegalDocumentList);
  });

  app.get(paths.consents, signedIn, async (c) => c.json(await answer(c)));

  app.post(paths.consents, signedIn, async (c) => {
    const request = await jsonBody(c, consentGiveSchema);
    return answerOnce(c, deps, 'consents', request, async () => {
      const { accountId, host } = c.get('caller');
      const now = deps.now();
      for (const { document, version } of request.items) {
        if (inForce(document).version !== version) throw new ApiError('document_outdated');
      }
      const items = [...new Map(request.items.map((item) => [item.document, item])).values()];
      await sayConsents(deps.db, { accountId, host, items, given: true, newId: deps.newId, now });
      return { status: 201, body: await answer(c) };
    });
  });

  app.post(paths.consentsWithdraw, signedIn, async (c) => {
    const request = await jsonBody(c, consentWithdrawSchema);
    return answerOnce(c, deps, 'consent_withdrawals', request, async () => {
      const caller = c.get('caller');
      const { accountId, host } = caller;
      const { document } = request;
      await inTransaction(deps.db, async (db) => {
        const now = deps.now();
        const last = (await lastConsents(db, accountId)).find((one) => one.document === document);
        if (last?.given !== true) throw new ApiError('consent_not_given');
        const items = [{ document, version: last.version }];
        await sayConsents(db, { accountId, host, items, given: false, newId: deps.newId, now });
        await stopPurpose(db, caller, request);
      });
      return { status: 200, body: await answer(c) };
    });
  });

  /** What was agreed to ends with the consent: what was kept for it goes in the same transaction. */
  async function stopPurpose(
    db: Database,
    caller: Caller,
    { document, challengeId }: { readonly document: DocumentId; readonly challengeId?: string | undefined },
  ): Promise<void> {
    const { accountId } = caller;
    const now = deps.now();
    switch (document) {
      case 'privacy_policy':
      case 'user_agreement':
        return endSessions(db, { accountId, now });
      case 'bank_card':
        for (const { id } of await listCards(db, accountId)) await deleteCard(db, { accountId, id, now });
        return;
      // What was joined stays so: its user takes a login off. Nothing more is joined without a new consent.
      case 'account_linking':
        return;
      case 'phone_number': {
        if ((await getPhone(db, accountId)) === undefined) return;
        // A phone is a factor: whoever took a session over does not get rid of it by withdrawing.
        if (challengeId === undefined) throw new ApiError('challenge_required');
        await spend(deps, db, caller, challengeId, 'remove_phone');
        await forgetPhone(db, { accountId, now });
        return noteEvent(deps, caller, 'phone_removed', db);
      }
    }
  }

  function inForce(id: DocumentId) {
    const document = deps.documents.find((one) => one.id === id);
    if (document === undefined) throw new ApiError('document_outdated');
    return versionAt(document, deps.now());
  }

  async function answer(c: Context<Env>): Promise<ConsentList> {
    const now = deps.now();
    const said = await lastConsents(deps.db, c.get('caller').accountId);
    const items = deps.documents.map((document) => {
      const { version, text } = versionAt(document, now);
      const last = said.find((consent) => consent.document === document.id);
      return {
        document: document.id,
        kind: document.kind,
        title: text[c.get('language')].title,
        version,
        state: consentState(document, last, now),
        saidVersion: last?.version ?? null,
        at: last?.at.toISOString() ?? null,
      };
    });
    return { items };
  }

  return app;
}
