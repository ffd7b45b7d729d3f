import type { Db, Document } from 'mongodb';

const batchSize = 5_000;
/** Maximum number of concurrent batches of one collection: the next documents are made meanwhile, and memory stays bounded. */
const inFlightMax = 3;

/** Inserts documents in batches. */
export class MongoBatches {
  readonly #db: Db;
  readonly #name: string;
  #batch: Document[] = [];
  #inFlight: Promise<unknown>[] = [];

  constructor(db: Db, name: string) {
    this.#db = db;
    this.#name = name;
  }

  async add(document: Document): Promise<void> {
    if (this.#batch.push(document) >= batchSize) await this.#write();
  }

  /** Waits for all documents. */
  async finish(): Promise<void> {
    await this.#write();
    await Promise.all(this.#inFlight);
  }

  async #write(): Promise<void> {
    const batch = this.#batch;
    this.#batch = [];
    if (batch.length === 0) return;
    this.#inFlight.push(this.#db.collection(this.#name).insertMany(batch, { ordered: false, writeConcern: { w: 1 } }));
    if (this.#inFlight.length >= inFlightMax) await this.#inFlight.shift();
  }
}
