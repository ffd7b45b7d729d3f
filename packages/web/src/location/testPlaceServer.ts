import type { ConnectionState, EarshotApi, EarshotClient, RouterInputs } from '@earshot/client';
import { EarshotProvider } from '@earshot/client/react';
import { act } from '@testing-library/react';
import { createElement, type ReactNode } from 'react';
import type { Place } from './usePlaceSearch.ts';

interface PlaceRequest {
  input: RouterInputs['places']['search'];
  signal: AbortSignal | undefined;
  resolve: (places: Place[]) => void;
  reject: (error: unknown) => void;
}

/** A client whose requests for places the test answers. */
export function testPlaceServer() {
  const requests: PlaceRequest[] = [];
  let connection: ConnectionState = { status: 'open', attempt: 0, error: null, retryAt: null };
  const listeners = new Set<() => void>();
  const search: EarshotApi['places']['search'] = {
    query: (input, options) =>
      new Promise((resolve, reject) => requests.push({ input, signal: options?.signal, resolve, reject })),
  };
  const client: Pick<EarshotClient, 'connection'> & { trpc: { places: { search: typeof search } } } = {
    trpc: { places: { search } },
    connection: {
      get: () => connection,
      subscribe: (listener) => {
        const notify = () => listener(connection);
        listeners.add(notify);
        return () => void listeners.delete(notify);
      },
      retryNow: () => {},
    },
  };
  return {
    requests,
    connect: (status: 'open' | 'offline') =>
      act(() => {
        connection = { ...connection, status };
        for (const notify of listeners) notify();
      }),
    wrapper: ({ children }: { children: ReactNode }) =>
      createElement(EarshotProvider, { client: client as EarshotClient }, children),
  };
}
