import type { Violation } from './auditor/auditor';
import type { Failure } from './failure';
import type { FaultCounts } from './faults';
import type { Business } from './run';

/** What the command tells a process that runs seeds. */
export type Task =
  { readonly kind: 'run'; readonly seed: number; readonly command: RunOptions } | { readonly kind: 'stop' };

export interface RunOptions {
  readonly steps: number;
  readonly only?: readonly number[];
  readonly trace: boolean;
}

/** What such a process tells the command. */
export type Report =
  | { readonly kind: 'ready' }
  | { readonly kind: 'broken'; readonly reason: string }
  | {
      readonly kind: 'ran';
      readonly seed: number;
      readonly steps: number;
      readonly violations: readonly Violation[];
      readonly faults: FaultCounts;
      readonly business: Business;
      readonly digest: string;
      readonly trace: readonly string[];
      readonly failure: Failure | undefined;
    };
