import { v5 as uuidv5 } from 'uuid';

import { addMessage, type Database } from '../../store';
import type { Dependencies } from '../dependencies';

/** Keeps a message for an account in the transaction of what it tells of; one for each cause. */
export const tellAccount = (
  deps: Pick<Dependencies, 'newId' | 'now'>,
  db: Database,
  told: {
    readonly accountId: string;
    readonly kind: 'export_ready' | 'deletion_asked' | 'deletion_cancelled';
    readonly causeId: string;
  },
): Promise<void> =>
  addMessage(db, {
    id: deps.newId(),
    eventId: uuidv5(told.kind, told.causeId),
    accountId: told.accountId,
    kind: told.kind,
    orderId: null,
    merchantId: null,
    amountFen: null,
    points: null,
    createdAt: deps.now(),
  });
