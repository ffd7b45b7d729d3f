import { asEarshotError, type EarshotClientError } from '@earshot/client';
import { useCallback, useEffect, useRef, useState } from 'react';

export interface Loaded<T> {
  /** The last answer; null before the first one. */
  readonly data: T | null;
  readonly problem: EarshotClientError | null;
  readonly isLoading: boolean;
  readonly reload: () => void;
}

/** Calls the server when it is mounted and when `load` changes. Must be memoized; null loads nothing. Only the latest call counts. */
export function useLoaded<T>(load: (() => Promise<T>) | null): Loaded<T> {
  const [state, setState] = useState<Omit<Loaded<T>, 'reload'>>({ data: null, problem: null, isLoading: true });
  const latest = useRef(0);
  const reload = useCallback(() => {
    if (load === null) return;
    latest.current += 1;
    const call = latest.current;
    setState((before) => ({ ...before, isLoading: true }));
    load().then(
      (data) => call === latest.current && setState({ data, problem: null, isLoading: false }),
      (error) =>
        call === latest.current &&
        setState((before) => ({ ...before, problem: asEarshotError(error), isLoading: false })),
    );
  }, [load]);
  useEffect(() => {
    setState({ data: null, problem: null, isLoading: true });
    reload();
    return () => {
      latest.current += 1;
    };
  }, [reload]);
  return { ...state, reload };
}
