import { EarshotClientError } from '@earshot/client';
import { useMemo } from 'react';
import type { ProblemCause } from './recovery.ts';
import { useSecondsUntil } from './useSecondsUntil.ts';

/** Whole seconds until another try may succeed, counted from when the error came; 0 where that is not known. */
export function useSecondsToRetry(cause: ProblemCause | null): number {
  const time = useMemo(() => {
    const wait = cause instanceof EarshotClientError ? cause.retryAfterMs : undefined;
    return wait === undefined ? null : Date.now() + wait;
  }, [cause]);
  return useSecondsUntil(time);
}
