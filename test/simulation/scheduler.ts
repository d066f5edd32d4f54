import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as turn } from 'node:timers/promises';

import type { Random } from './random';

/** Something that waits for its turn: a query, a call of a gateway, a pause. */
interface Gate {
  readonly strand: Strand;
  readonly label: string;
  /** Does it; what it returns goes to whoever waits, what it throws too. */
  readonly perform: () => Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** A statement that waits inside PostgreSQL for somebody else's lock. */
export interface Blocked {
  /** Whether it still waits. Settles only once it is known. */
  stillWaits(): Promise<boolean>;
  /** Ends once the statement has. */
  readonly ended: Promise<unknown>;
}

/** The outcome of `perform` when it waits for a lock: the scheduler goes on with others. */
export class WaitsForLock {
  constructor(readonly blocked: Blocked) {}
}

/** What dies together: one life of a process. */
export interface Life {
  readonly name: string;
  dead: boolean;
}

/** One request, notification or job under way. */
export interface Strand {
  /** In the order in which they began. */
  readonly number: number;
  readonly label: string;
  readonly life: Life;
  /** A connection was lost under it: an unexpected error is no surprise then. */
  sawDatabaseFault: boolean;
}

/** The process at the other end of a request has died. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

/** Turns of the event loop in which nothing moved, after which nothing will. */
const QUIET_TURNS = 2;

const NEVER = new Promise<never>(() => undefined);

/**
 * Decides who goes on. Everything that runs stops at gates (each query, each call of a gateway); one gate at a time is
 * let through, picked by chance, and nothing else is picked before whoever was let through stops again. So a run is a
 * function of its seed, whatever the machine does.
 */
export class Scheduler {
  private readonly gates: Gate[] = [];
  private readonly blocked: { readonly gate: Gate; readonly blocked: Blocked }[] = [];
  private readonly ends = new Map<Strand, { reject: (error: unknown) => void }>();
  private readonly strands = new AsyncLocalStorage<Strand>();
  private version = 0;
  private begun = 0;
  private busy = 0;
  private wake: () => void = () => undefined;

  constructor(private readonly trace: (line: string) => void) {}

  /** Strands that have not ended. */
  get running(): number {
    return this.ends.size;
  }

  /** Whether something inside a process waits for its turn. */
  isAtWork(life: Life): boolean {
    return this.gates.some((gate) => gate.strand.life === life);
  }

  current(): Strand | undefined {
    return this.strands.getStore();
  }

  /** Whatever is under way may now fail without being to blame. */
  disturb(): void {
    for (const strand of this.ends.keys()) strand.sawDatabaseFault = true;
  }

  /** Starts something inside a process. Rejects with ConnectionLost where the process dies first. */
  start<Result>(life: Life, label: string, work: () => Promise<Result>): Promise<Result> {
    if (life.dead) return Promise.reject(new ConnectionLost(`${life.name} is dead`));
    const strand: Strand = { number: (this.begun += 1), label, life, sawDatabaseFault: false };
    return new Promise<Result>((resolve, reject) => {
      this.ends.set(strand, { reject });
      const ended = (settle: () => void): void => {
        // Whoever waited for a process that died was told already.
        if (!this.ends.delete(strand)) return;
        this.version += 1;
        settle();
        this.wake();
      };
      this.strands.run(strand, () => {
        work().then(
          (value) => ended(() => resolve(value)),
          (error: unknown) => ended(() => reject(error)),
        );
      });
    });
  }

  /** Waits for its turn, then performs. In a process that has died it waits for ever. */
  gate<Result>(label: string, perform: () => Promise<Result | WaitsForLock>): Promise<Result> {
    const strand = this.strands.getStore();
    if (strand === undefined) throw new Error(`${label}: nothing is under way here`);
    if (strand.life.dead) return NEVER;
    return new Promise<Result>((resolve, reject) => {
      this.gates.push({ strand, label, perform, resolve: resolve as (value: unknown) => void, reject });
      this.version += 1;
      this.wake();
    });
  }

  /** Counts real work that no gate stands before (signatures, opening a connection), so that it is waited for. */
  async meanwhile<Result>(work: () => Promise<Result>): Promise<Result> {
    this.busy += 1;
    try {
      return await work();
    } finally {
      this.busy -= 1;
      this.version += 1;
      this.wake();
    }
  }

  /** Until nothing moves by itself any more. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < QUIET_TURNS;) {
      const { version } = this;
      await turn();
      if (this.busy > 0) await new Promise<void>((resolve) => (this.wake = resolve));
      quiet = this.busy === 0 && version === this.version ? quiet + 1 : 0;
    }
  }

  /** Lets one gate through once all is settled, and settles. False where nobody waits. */
  async tick(random: Random): Promise<boolean> {
    // Strands that got here side by side did so in an order that the machine chose: it must not matter.
    this.gates.sort((a, b) => a.strand.number - b.strand.number);
    if (this.gates.length === 0) {
      if (this.blocked.length === 0) return false;
      // All wait for one another: PostgreSQL breaks the ring.
      await Promise.race(this.blocked.map(({ blocked }) => blocked.ended));
      await this.release();
      return true;
    }
    const [gate] = this.gates.splice(random.below(this.gates.length), 1);
    if (gate === undefined) return false;
    this.trace(`${gate.strand.life.name} ${gate.strand.label}: ${gate.label}`);
    await this.let(gate);
    await this.release();
    await this.settle();
    return true;
  }

  private async let(gate: Gate): Promise<void> {
    try {
      const value = await this.strands.run(gate.strand, gate.perform);
      if (value instanceof WaitsForLock) {
        this.trace('  waits for a lock');
        this.blocked.push({ gate, blocked: value.blocked });
      } else gate.resolve(value);
    } catch (error) {
      gate.reject(error);
    }
  }

  /** Lets those go on whose lock was given to them. */
  private async release(): Promise<void> {
    for (const waiting of [...this.blocked]) {
      if (await waiting.blocked.stillWaits()) continue;
      this.blocked.splice(this.blocked.indexOf(waiting), 1);
      await waiting.blocked.ended.then(waiting.gate.resolve, waiting.gate.reject);
    }
  }

  /**
   * Throws away all that a process was doing. Of what it waited for, some happens all the same: it was on its way.
   * `cut` ends its connections and returns once the database has noticed.
   */
  async kill(life: Life, random: Random, cut: () => Promise<void>): Promise<void> {
    await this.settle();
    const gates = this.gates
      .filter((gate) => gate.strand.life === life)
      .sort((a, b) => a.strand.number - b.strand.number);
    for (const gate of gates) {
      this.gates.splice(this.gates.indexOf(gate), 1);
      if (!random.chance(400)) continue;
      this.trace(`${gate.strand.label}: ${gate.label} happens, and nobody learns of it`);
      const outcome = await this.strands.run(gate.strand, gate.perform).catch(() => undefined);
      if (outcome instanceof WaitsForLock) outcome.blocked.ended.catch(() => undefined);
    }
    life.dead = true;
    for (const waiting of this.blocked.filter(({ gate }) => gate.strand.life === life)) {
      this.blocked.splice(this.blocked.indexOf(waiting), 1);
      waiting.blocked.ended.catch(() => undefined);
    }
    await cut();
    for (const [strand, { reject }] of [...this.ends]) {
      if (strand.life !== life) continue;
      this.ends.delete(strand);
      reject(new ConnectionLost(`${life.name} died`));
    }
    this.version += 1;
    await this.release();
    await this.settle();
  }
}
