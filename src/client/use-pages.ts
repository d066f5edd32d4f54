import { useCallback, useEffect, useRef, useState } from 'react';

interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

/** A list as far as it is read. */
export interface Pages<Item> {
  /** Undefined until the first page is there. */
  readonly items: readonly Item[] | undefined;
  readonly error: unknown;
  readonly loading: boolean;
  readonly hasMore: boolean;
  /** Asks for the next page, or for the one that failed. */
  readonly more: () => void;
  /** Starts again with the first page; what is shown stays until it is there. */
  readonly reload: () => Promise<void>;
}

/**
 * A list read page by page. `load` must keep its identity for as long as it asks for the same list; another one starts
 * the list anew, and answers to the one before are dropped.
 */
export function usePages<Item>(
  load: ((cursor: string | undefined) => Promise<Page<Item>>) | undefined,
): Pages<Item> {
  const [items, setItems] = useState<readonly Item[]>();
  const [cursor, setCursor] = useState<string | null>();
  const [error, setError] = useState<unknown>();
  const [loading, setLoading] = useState(false);
  const turn = useRef(0);

  const ask = useCallback(
    async (from: string | undefined): Promise<void> => {
      if (!load) return;
      const mine = (turn.current += 1);
      setLoading(true);
      setError(undefined);
      try {
        const page = await load(from);
        if (mine !== turn.current) return;
        setItems((known) => (from === undefined ? page.items : [...(known ?? []), ...page.items]));
        setCursor(page.nextCursor);
      } catch (failure) {
        if (mine === turn.current) setError(failure);
      } finally {
        if (mine === turn.current) setLoading(false);
      }
    },
    [load],
  );

  useEffect(() => {
    turn.current += 1;
    setItems(undefined);
    setCursor(undefined);
    setLoading(false);
    void ask(undefined);
  }, [ask]);

  const more = useCallback(() => {
    if (loading || cursor === null) return;
    void ask(cursor);
  }, [ask, cursor, loading]);
  const reload = useCallback(() => ask(undefined), [ask]);

  return { items, error, loading, hasMore: typeof cursor === 'string', more, reload };
}
