interface Entry {
  readonly atMs: number;
  readonly run: () => void;
}

/** What is to happen later in a replay, in the order of its time. */
export interface Agenda {
  at(atMs: number, run: () => void): void;
  /** Does everything whose time has come by then, the earliest first; what is added meanwhile too. */
  runUntil(atMs: number): void;
}

/** A binary heap: what happens to an order in the future lies among what happens to thousands of others. */
export function startAgenda(): Agenda {
  const heap: Entry[] = [];
  const timeAt = (place: number): number => heap[place]?.atMs ?? Infinity;

  function swap(one: number, other: number): void {
    const [first, second] = [heap[one], heap[other]];
    if (first === undefined || second === undefined) return;
    heap[one] = second;
    heap[other] = first;
  }

  function pop(): Entry | undefined {
    swap(0, heap.length - 1);
    const first = heap.pop();
    let place = 0;
    for (;;) {
      const left = 2 * place + 1;
      const earlier = timeAt(left + 1) < timeAt(left) ? left + 1 : left;
      if (timeAt(earlier) >= timeAt(place)) return first;
      swap(place, earlier);
      place = earlier;
    }
  }

  return {
    at(atMs, run) {
      let place = heap.push({ atMs, run }) - 1;
      while (place > 0) {
        const parent = (place - 1) >> 1;
        if (timeAt(parent) <= atMs) break;
        swap(place, parent);
        place = parent;
      }
    },
    runUntil(atMs) {
      while (heap.length > 0 && timeAt(0) <= atMs) pop()?.run();
    },
  };
}
