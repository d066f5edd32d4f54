import { useCallback, useEffect, useState } from 'react';

/** What a card shows, read again each time its page is shown. */
export function useLoaded<T>(read: () => Promise<T>, shown: number) {
  const [value, setValue] = useState<T>();
  const [error, setError] = useState<unknown>();
  const load = useCallback((): void => {
    setError(undefined);
    read().then(setValue, setError);
  }, [read]);
  useEffect(load, [load, shown]);
  return { value, setValue, error, load };
}
