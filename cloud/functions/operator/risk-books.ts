import { Hono, type Context } from 'hono';

import { RISK_BOOK_BYTES_MAX } from '../../contract/limits';
import { paths } from '../../contract/paths';
import {
  riskBookApproveSchema,
  riskBookListQuerySchema,
  riskBookNoteSchema,
  riskBookParametersSchema,
  riskBookShadowSchema,
  riskBookWriteSchema,
} from '../../contract/risk-book-schemas';
import type { RiskBookInForce, RiskBookList } from '../../contract/types';
import { SHIPPED_BOOK } from '../../domain/risk';
import { idempotency, inTransaction, type Database } from '../../store';
import * as risk from '../../store/risk';
import type { Dependencies } from '../dependencies';
import { jsonBody, pathParameters, query } from '../http/body';
import { pageAt } from '../http/cursor';
import type { App, Env } from '../http/environment';
import { answerOnce } from '../http/idempotency';
import { operatorWith } from '../http/operator';
import { ApiError } from '../http/problem';
import { soonestBook } from '../risk/live';
import { bookAnswer, bookDetail, contentFrom, judgingAnswer } from './risk-book-answers';

const ROOT = paths.operatorRiskBooks;
const ONE = `${ROOT}/:bookId`;

/** Books of risk rules: write them, run them beside the one in force, let them decide, take them back. */
export function routes(deps: Dependencies): App {
  const app = new Hono<Env>();
  const author = operatorWith('author');
  const reviewer = operatorWith('reviewer');

  const idOf = (c: Context<Env>): string =>
    pathParameters(c, riskBookParametersSchema, 'risk_book_not_found').bookId;

  async function existing(bookId: string): Promise<risk.RiskBookRow> {
    const book = await risk.getRiskBook(deps.db, bookId);
    if (book === undefined) throw new ApiError('risk_book_not_found');
    return book;
  }

  const changer = (c: Context<Env>, note: string) => ({ operator: c.get('operator'), note, now: deps.now() });
  const inForce = async () => (await deps.risk.at(deps.now())).book;

  /** Answers a change once, together with it. */
  const answeredWith = <Body extends object>(
    c: Context<Env>,
    endpoint: string,
    request: object,
    status: 200 | 201,
    work: (db: Database) => Promise<Body>,
  ): Promise<Response> =>
    answerOnce(c, deps, endpoint, request, (remember) =>
      inTransaction(deps.db, async (db) => {
        const answer = { status, body: await work(db) } as const;
        await remember(answer, (kept) => idempotency.finish(db, kept));
        return answer;
      }),
    );

  /** A change of one book; a refusal is told by its code. */
  const changed = (
    c: Context<Env>,
    request: object,
    change: (db: Database) => Promise<risk.RiskBookChange>,
  ): Promise<Response> =>
    answeredWith(c, 'operator_risk_book', request, 200, async (db) => {
      const result = await change(db);
      if (result.outcome === 'refused') throw new ApiError(result.code);
      return bookDetail(db, result.book, await inForce());
    });

  app.get(ROOT, async (c) => {
    const found = await pageAt(risk.listRiskBooks(deps.db, query(c, riskBookListQuerySchema)));
    const judging = await inForce();
    const items = found.items.map((book) => bookAnswer(book, judging));
    return c.json({ items, nextCursor: found.nextCursor } satisfies RiskBookList);
  });

  app.post(ROOT, author, async (c) => {
    const request = await jsonBody(c, riskBookWriteSchema, RISK_BOOK_BYTES_MAX);
    const content = contentFrom(request.content);
    return answeredWith(c, 'operator_risk_books', request, 201, async (db) => {
      const draft = { ...changer(c, request.note), id: deps.newId(), name: request.name, content };
      return bookDetail(db, await risk.createRiskBook(db, draft), await inForce());
    });
  });

  app.get(`${ROOT}/in-force`, async (c) => {
    const shipped = judgingAnswer(SHIPPED_BOOK);
    return c.json({
      ...judgingAnswer(await deps.risk.at(deps.now())),
      shipped,
    } satisfies RiskBookInForce);
  });

  app.post(`${ROOT}/shipped/restore`, reviewer, async (c) => {
    const request = await jsonBody(c, riskBookNoteSchema);
    return answeredWith(c, 'operator_risk_book_shipped', request, 200, async (db) => {
      const by = changer(c, request.note);
      const soonest = soonestBook(by.now);
      await risk.restoreShippedBook(db, { ...by, activationId: deps.newId(), soonest });
      return { version: SHIPPED_BOOK.book.version, liveFrom: soonest.toISOString() };
    });
  });

  app.get(ONE, async (c) => c.json(await bookDetail(deps.db, await existing(idOf(c)), await inForce())));

  app.post(`${ONE}/rules`, author, async (c) => {
    const bookId = idOf(c);
    const request = await jsonBody(c, riskBookWriteSchema, RISK_BOOK_BYTES_MAX);
    const edit = { bookId, name: request.name, content: contentFrom(request.content) };
    return changed(c, request, (db) => risk.editRiskBook(db, { ...changer(c, request.note), ...edit }));
  });

  app.post(`${ONE}/submit`, author, async (c) => {
    const bookId = idOf(c);
    const request = await jsonBody(c, riskBookNoteSchema);
    return changed(c, request, (db) => risk.submitRiskBook(db, { ...changer(c, request.note), bookId }));
  });

  app.post(`${ONE}/shadow`, reviewer, async (c) => {
    const bookId = idOf(c);
    const request = await jsonBody(c, riskBookShadowSchema);
    const { on, note } = request;
    return changed(c, request, (db) => risk.shadowRiskBook(db, { ...changer(c, note), bookId, on }));
  });

  app.post(`${ONE}/approve`, reviewer, async (c) => {
    const bookId = idOf(c);
    const request = await jsonBody(c, riskBookApproveSchema);
    const { contentHash, note } = request;
    return changed(c, request, (db) => {
      const by = changer(c, note);
      const activation = { activationId: deps.newId(), soonest: soonestBook(by.now) };
      return risk.approveRiskBook(db, { ...by, ...activation, bookId, contentHash });
    });
  });

  app.post(`${ONE}/reject`, reviewer, async (c) => {
    const bookId = idOf(c);
    const request = await jsonBody(c, riskBookNoteSchema);
    return changed(c, request, (db) => risk.rejectRiskBook(db, { ...changer(c, request.note), bookId }));
  });

  app.post(`${ONE}/restore`, reviewer, async (c) => {
    const bookId = idOf(c);
    const request = await jsonBody(c, riskBookNoteSchema);
    return changed(c, request, (db) => {
      const by = changer(c, request.note);
      const activation = { activationId: deps.newId(), soonest: soonestBook(by.now) };
      return risk.restoreRiskBook(db, { ...by, ...activation, bookId });
    });
  });

  return app;
}
