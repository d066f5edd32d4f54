import type { OutboxEvent } from '../../contract/types';
import type { EventRow } from '../../store';
import type { Dependencies } from '../dependencies';

/** One thing that an event brings about. Delivered at least once; what it answers goes to the log. */
export interface Effect {
  readonly name: string;
  deliver(deps: Dependencies, event: OutboxEvent, row: EventRow): Promise<string>;
}

/** An event of one kind, or of one of several. */
export type TypeOf<Type extends OutboxEvent['type']> = Extract<OutboxEvent, { readonly type: Type }>;
