import { idFromBson, idToBson } from '@earshot/shared';
import { ObjectId } from 'mongodb';
import { GroupCommit } from '../../async/groupCommit.ts';
import { withCallTimeout } from '../callTimeout.ts';

type Id = ObjectId | string;

/** Maximum number of documents in one reply of MongoDB, which is decoded at once and blocks the event loop. */
const maxBatch = 64;

/** Finds documents by their ids. Those requested in one tick, or while others are being read, share a read: a page of reports needs dozens. */
export class IdLookUps<Document extends { _id: Id }> {
  readonly #reads: GroupCommit<string, Document | null>;

  /** `read` finds the documents with these ids. */
  constructor(read: (filter: { _id: { $in: Id[] } }) => Promise<Document[]>) {
    this.#reads = new GroupCommit({
      ...{ maxBatch, concurrency: 2 },
      write: async (batch) => {
        const $in = Array.from(new Set(batch.map(({ item }) => item)), (id) => idToBson(ObjectId, id));
        const found = await withCallTimeout(read({ _id: { $in } }));
        const byId = new Map(found.map((document) => [idFromBson(document._id), document]));
        for (const { item, resolve } of batch) resolve(byId.get(item) ?? null);
      },
    });
  }

  /** Resolves to null if there is none. */
  find(id: string): Promise<Document | null> {
    return this.#reads.add(id);
  }
}
