import type { OwnDataRecord } from '@earshot/shared';
import type { EarshotClient } from '../earshotClient.ts';

/**
 * Yields everything that the server stores about the user of the client, page by page as it is consumed. Rejects with the error of the server, for
 * example where it does not check identities. It is no method of the client, because pages that do not use it need not load it.
 */
export async function* exportMyData({ trpc }: Pick<EarshotClient, 'trpc'>): AsyncGenerator<OwnDataRecord, void, void> {
  for (let cursor: string | undefined; ; ) {
    const { records, next } = await trpc.me.export.query({ cursor });
    yield* records;
    if (next === null) return;
    cursor = next;
  }
}
