import { type ClientSession, type MongoClient, MongoServerError } from 'mongodb';
import type { Collections } from '../collections.ts';

const current = 'session';

/**
 * Runs `work` with a session whose id is stored. A process that dies leaves its transaction open in the database, with its writes locked,
 * for a minute; so the next run looks up that session and ends it.
 */
export async function inKnownSession(
  client: MongoClient,
  migrations: Collections['migrations'],
  work: (session: ClientSession) => Promise<void>,
): Promise<void> {
  await client.withSession(async (session) => {
    if (session.id === undefined) throw new Error('the session has no id');
    const before = await migrations.findOneAndUpdate(
      { _id: current },
      { $set: { session: session.id } },
      { upsert: true, returnDocument: 'before' },
    );
    if (before?.session) await endSession(client, before.session);
    await work(session);
    await migrations.deleteOne({ _id: current, session: session.id });
  });
}

/** Every user may run this command for their own sessions. If a provider has disabled it, the minute has to pass. */
async function endSession(client: MongoClient, session: unknown): Promise<void> {
  try {
    await client.db('admin').command({ killSessions: [session] });
  } catch (error) {
    if (!(error instanceof MongoServerError)) throw error;
  }
}

export const isInterrupted = (error: unknown) => error instanceof MongoServerError && error.codeName === 'Interrupted';
