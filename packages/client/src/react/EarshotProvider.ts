import { QueryClient } from '@tanstack/react-query';
import { createContext, createElement, type ReactElement, type ReactNode, useContext, useEffect, useMemo } from 'react';
import type { EarshotClient } from '../index.ts';

export interface EarshotProviderProps {
  /** The client for the components inside. null: none yet, as on a server; rooms are then `joining`. */
  client: EarshotClient | null;
  /** The cache for queries, if the application has one. Default: the provider creates one. */
  queryClient?: QueryClient;
  children?: ReactNode;
}

interface Provided {
  readonly client: EarshotClient | null;
  readonly queryClient: QueryClient;
}

const Context = createContext<Provided | null>(null);

/** Provides the client to the hooks inside it. It does not close the client: the code that created it does. */
export function EarshotProvider({ client, queryClient, children }: EarshotProviderProps): ReactElement {
  const queries = useQueryClient(client, queryClient);
  const value = useMemo(() => ({ client, queryClient: queries }), [client, queries]);
  return createElement(Context.Provider, { value }, children);
}

/** Returns the client of the enclosing provider. Throws without a provider, and while it has no client. */
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

/** Each client has a separate cache, because it may use another server. */
function useQueryClient(client: EarshotClient | null, custom: QueryClient | undefined): QueryClient {
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new one for each client
  const own = useMemo(() => new QueryClient(), [client]);
  useEffect(() => {
    if (custom !== undefined) return;
    own.mount();
    return () => own.unmount();
  }, [own, custom]);
  return custom ?? own;
}
