import type { Location, RouterOutputs } from '@earshot/client';
import { useEarshot } from '@earshot/client/react';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useOffline } from '../connection/useOffline.ts';
import { type ProblemCause, problemOf } from '../errors/recovery.ts';
import { roundLocation } from '../lib/roundLocation.ts';

export type Place = RouterOutputs['places']['search'][number];

export interface PlaceSearch {
  /** `offline`: the text is searched for when the connection is back. `places` has earlier results while `searching`. */
  readonly status: 'idle' | 'searching' | 'found' | 'failed' | 'offline';
  /** Best first, as the server ranks them. */
  readonly places: readonly Place[];
  readonly problem: ProblemCause | null;
  /** Searches again after a failure. */
  readonly retry: () => void;
}

/** Milliseconds without typing before a request. */
const debounceMs = 200;
const none: readonly Place[] = [];

interface Answer {
  text: string;
  places: readonly Place[];
  problem: ProblemCause | null;
}

/** Finds places by name; null for no search. A newer text aborts the request for an older one. Places near `near` come earlier. */
export function usePlaceSearch(text: string | null, near: Location | null): PlaceSearch {
  const { trpc } = useEarshot();
  const isOffline = useOffline();
  const [answer, setAnswer] = useState<Answer | null>(null);
  const isAnswered = answer !== null && answer.text === text;

  useEffect(() => {
    if (text === null)
      setAnswer(null); // a later search must not begin with these places
    else if (isOffline) setAnswer((known) => (known?.problem ? null : known)); // searched again when the connection is back
    if (text === null || isOffline || isAnswered) return;
    const controller = new AbortController();
    const { signal } = controller;
    const settle = (places: readonly Place[], problem: ProblemCause | null) => {
      if (!signal.aborted) setAnswer({ text, places, problem });
    };
    const search = () =>
      trpc.places.search.query({ text, ...(near && { location: roundLocation(near) }) }, { signal }).then(
        (places) => settle(places, null),
        (error: unknown) => settle(none, problemOf(error)),
      );
    const timer = setTimeout(() => void search(), debounceMs);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [text, near, trpc, isOffline, isAnswered]);

  const retry = useCallback(() => setAnswer(null), []);
  return useMemo(() => {
    const { places, problem } = answer ?? { places: none, problem: null };
    if (text === null) return { status: 'idle', places: none, problem: null, retry };
    if (!isAnswered && isOffline) return { status: 'offline', places: none, problem: null, retry };
    if (!isAnswered) return { status: 'searching', places, problem: null, retry };
    return { status: problem === null ? 'found' : 'failed', places, problem, retry };
  }, [text, answer, isAnswered, isOffline, retry]);
}
