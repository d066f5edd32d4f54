import type { World } from '../world';

/** One thing that somebody may do in a step. What it is done to is chosen by `world.random`, from what there is then. */
export interface Action {
  readonly name: string;
  /** How often, beside the others. */
  readonly weight: number;
  /** A run may do without it altogether: a fault, not the business itself. */
  readonly optional?: true;
  run(world: World): Promise<void> | void;
}

export interface Actor {
  readonly name: string;
  readonly actions: readonly Action[];
}
