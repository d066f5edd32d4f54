import { eventSchema } from '../../contract/schemas';
import { GatewayError } from '../../gateways/port';
import { completeOutbox, failOutbox, noteDelivered, type EventRow } from '../../store';
import type { Dependencies } from '../dependencies';
import { errorFields } from '../http/log';
import { EFFECTS } from './effects';

export type Delivered = 'published' | 'failed' | 'dead';

/**
 * Delivers what an event brings about and marks it. Each effect is noted once it is out, so that one that fails neither
 * keeps the others back nor repeats them. A crash between an effect and its note delivers that one again.
 */
export async function deliver(deps: Dependencies, row: EventRow): Promise<Delivered> {
  const parsed = eventSchema.safeParse(row.payload);
  if (!parsed.success) return giveUp(deps, row, new Error(`nobody knows what to do with ${row.type}`), true);
  const event = parsed.data;
  const done: Record<string, string> = {};
  const failures: unknown[] = [];
  for (const effect of EFFECTS[event.type]) {
    if (row.delivered.includes(effect.name)) continue;
    try {
      done[effect.name] = await effect.deliver(deps, event, row);
      await noteDelivered(deps.db, { id: row.id, effect: effect.name });
    } catch (error) {
      failures.push(error);
      deps.log('warn', 'effect_failed', { eventId: row.id, effect: effect.name, ...errorFields(error) });
    }
  }
  // Under its own name, where the operators' alerts and exports subscribe to it.
  const { accountId, orderId, attemptId, refundId } = row.payload;
  deps.log('info', row.type, { eventId: row.id, accountId, orderId, attemptId, refundId, ...done });
  if (failures.length > 0) {
    // What a host refused it will refuse again; anything else, our own setup included, may be better in an hour.
    const final = failures.every((error) => error instanceof GatewayError && error.kind === 'refused');
    return giveUp(deps, row, failures[0], final);
  }
  await completeOutbox(deps.db, { id: row.id, now: deps.now() });
  return 'published';
}

async function giveUp(
  deps: Dependencies,
  row: EventRow,
  error: unknown,
  final: boolean,
): Promise<'failed' | 'dead'> {
  const { id, attempts } = row;
  const fate = await failOutbox(deps.db, { id, attempts, error: String(error), final, now: deps.now() });
  if (fate === 'put_off') return 'failed';
  deps.log('error', 'dead_letter', { eventId: id, type: row.type, ...errorFields(error) });
  return 'dead';
}
