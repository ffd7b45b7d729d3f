import { EarshotClientError } from '@earshot/client';
import { useMemo } from 'react';
import type { ProblemCause } from './recovery.ts';
import { useSecondsUntil } from './useSecondsUntil.ts';

/** Whole seconds until a retry may succeed, counted from the arrival of the error; 0 if unknown. */
export function useSecondsToRetry(cause: ProblemCause | null): number {
  const time = useMemo(() => {
    const wait = cause instanceof EarshotClientError ? cause.retryAfterMs : undefined;
    return wait === undefined ? null : Date.now() + wait;
  }, [cause]);
  return useSecondsUntil(time);
}
