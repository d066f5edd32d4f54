import { Hono } from 'hono';

import { paths } from '../../contract/paths';
import type { LedgerHeads } from '../../contract/types';
import { dailyHeads } from '../../store';
import type { Dependencies } from '../dependencies';
import type { App, Env } from '../http/environment';
import { ledgerSigner } from './key';
import { proofPage } from './page';

const DAYS = 31;
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** The ledger in public: its signed heads, and a page that checks proofs. Absent where no key signs. */
export function routes(deps: Dependencies): App {
  const app = new Hono<Env>();
  const { ledgerSigningKey } = deps.settings;
  if (ledgerSigningKey === undefined) return app;
  const publicKey = base64(ledgerSigner(ledgerSigningKey).publicKey);

  app.get(paths.ledgerHeads, async (c) => {
    const heads = await dailyHeads(deps.db, DAYS);
    return c.json({
      publicKey,
      heads: heads.map((head) => ({
        block: head.number,
        header: head.header,
        signature: base64(head.signature),
        publicKey: base64(head.publicKey),
        sealedAt: head.sealedAt.toISOString(),
      })),
    } satisfies LedgerHeads);
  });

  app.get(paths.ledgerProofPage, (c) => {
    // Nothing but what the page brings with it: no address may be asked for anything.
    c.header(
      'content-security-policy',
      "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    );
    return c.html(proofPage(publicKey));
  });

  return app;
}
