import { QueryClient } from '@tanstack/react-query';
import { createContext, createElement, type ReactElement, type ReactNode, useContext, useEffect, useMemo } from 'react';
import type { EarshotClient } from '../index.ts';

export interface EarshotProviderProps {
  /** The connection that everything inside uses. null: none yet, as on a server; rooms are `joining` meanwhile. */
  client: EarshotClient | null;
  /** What keeps the answers to queries, where the application has one; else the provider makes one. */
  queryClient?: QueryClient;
  children?: ReactNode;
}

interface Provided {
  readonly client: EarshotClient | null;
  readonly queryClient: QueryClient;
}

const Context = createContext<Provided | null>(null);

/** Gives the hooks inside it their client. It does not close the client: who made it does. */
export function EarshotProvider({ client, queryClient, children }: EarshotProviderProps): ReactElement {
  const queries = useQueryClient(client, queryClient);
  const value = useMemo(() => ({ client, queryClient: queries }), [client, queries]);
  return createElement(Context.Provider, { value }, children);
}

/** The client of the provider around. Throws without a provider, and while it has no client. */
export function useEarshot(): EarshotClient {
  const client = useClient();
  if (client === null) throw new Error('useEarshot: the EarshotProvider has no client yet');
  return client;
}

export function useClient(): EarshotClient | null {
  return useProvided().client;
}

export function useProvided(): Provided {
  const provided = useContext(Context);
  if (provided === null) throw new Error('Earshot’s hooks need an <EarshotProvider> around them');
  return provided;
}

/** Another client may mean another server: its answers are kept apart. */
function useQueryClient(client: EarshotClient | null, given: QueryClient | undefined): QueryClient {
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new one for each client
  const own = useMemo(() => new QueryClient(), [client]);
  useEffect(() => {
    if (given !== undefined) return;
    own.mount();
    return () => own.unmount();
  }, [own, given]);
  return given ?? own;
}
