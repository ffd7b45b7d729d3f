import { hostname } from 'node:os';
import { DatabaseSync } from 'node:sqlite';
import { type Db, MongoServerError } from 'mongodb';

/** The run that has a lock. */
interface Holder {
  pid: number;
  host: string;
  since: Date;
}

const thisRun = (): Holder => ({ pid: process.pid, host: hostname(), since: new Date() });

const inUseMessage = (name: string, { pid, host, since }: Holder) =>
  `Another run of this benchmark is using ${name}: process ${pid} on ${host}, since ${since.toISOString()}. Wait until it has ended`;

/**
 * Locks data in the file system by a file of its own. The lock is a transaction that stays open, so the system releases it with the
 * process, however that ends. Throws if another run has it.
 */
export function lockByFile(file: string, name: string): Disposable {
  using stack = new DisposableStack();
  // A run that is refused reads the holder, which takes a moment.
  const lock = stack.adopt(new DatabaseSync(file, { timeout: 1_000 }), (open) => open.close());
  try {
    const { pid, host, since } = thisRun();
    lock.exec('BEGIN IMMEDIATE; CREATE TABLE IF NOT EXISTS holder (pid INTEGER, host TEXT, since INTEGER)');
    lock.exec('DELETE FROM holder');
    lock.prepare('INSERT INTO holder VALUES (?, ?, ?)').run(pid, host, since.getTime());
    lock.exec('COMMIT; BEGIN IMMEDIATE');
  } catch (error) {
    const holder = readHolder(lock);
    throw holder === null ? error : new Error(`${inUseMessage(name, holder)}, or choose another --keep folder.`);
  }
  const held = stack.move();
  return { [Symbol.dispose]: () => held.dispose() };
}

function readHolder(lock: DatabaseSync): Holder | null {
  try {
    const row = lock.prepare('SELECT pid, host, since FROM holder').get();
    return row ? { pid: Number(row.pid), host: String(row.host), since: new Date(Number(row.since)) } : null;
  } catch {
    return null; // the file is not a lock
  }
}

/** The collection of the lock. It has one document. */
export const lockCollection = 'bench_lock';
const _id = 'run';

/** Locks a database by a document in it. Takes over the lock of a process of this machine that has ended. Throws if another run has it. */
export async function lockDatabase(db: Db): Promise<AsyncDisposable> {
  const locks = db.collection<Holder & { _id: string }>(lockCollection);
  const own = thisRun();
  const release = async () => void (await locks.deleteOne({ _id, pid: own.pid, host: own.host }));
  for (;;) {
    try {
      await locks.insertOne({ _id, ...own });
      return { [Symbol.asyncDispose]: release };
    } catch (error) {
      if (!(error instanceof MongoServerError && error.code === 11_000)) throw error;
    }
    const holder = await locks.findOne({ _id });
    if (holder === null) continue; // it was just released
    if (holder.host !== own.host || isRunning(holder.pid)) {
      const name = `the database ${db.databaseName}`;
      throw new Error(
        `${inUseMessage(name, holder)}, or choose another MONGODB_URI. If it has ended, drop the collection ${lockCollection}.`,
      );
    }
    const { pid, host, since } = holder;
    await locks.deleteOne({ _id, pid, host, since });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
