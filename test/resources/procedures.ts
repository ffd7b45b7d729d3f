import { appRouter } from '@earshot/server';
import { getUntypedClient } from '@trpc/client';
import type { Api } from './stockClient.ts';

type Kind = 'query' | 'mutation' | 'subscription';
const kinds: readonly string[] = ['query', 'mutation', 'subscription'] satisfies Kind[];
const isKind = (kind: unknown): kind is Kind => typeof kind === 'string' && kinds.includes(kind);

/** Every procedure and its kind. At run time the router has them under their full paths. */
export const procedureKinds: ReadonlyMap<string, Kind> = new Map(
  Object.entries<unknown>(appRouter._def.procedures).map(([path, made]) => [path, kindOf(made)]),
);

function kindOf(procedure: unknown): Kind {
  if (typeof procedure !== 'function' || !('_def' in procedure)) throw new TypeError('not a procedure');
  const { _def } = procedure;
  if (typeof _def !== 'object' || _def === null || !('type' in _def) || !isKind(_def.type)) {
    throw new TypeError('not a procedure');
  }
  return _def.type;
}

/** Calls a procedure with any input. Resolves to the result, or to the first event of a subscription; rejects with the error. */
export function callProcedure(api: Api, path: string, input: unknown): Promise<unknown> {
  const client = getUntypedClient(api);
  switch (procedureKinds.get(path)) {
    case 'query':
      return client.query(path, input);
    case 'mutation':
      return client.mutation(path, input);
    case 'subscription':
      return new Promise((resolve, reject) => {
        const subscription = client.subscription(path, input, {
          onData: (event) => {
            resolve(event);
            subscription.unsubscribe();
          },
          onError: reject,
        });
      });
    default:
      throw new Error(`${path} is not a procedure`);
  }
}
