import { type ClientSession, type MongoClient, MongoServerError } from 'mongodb';
import type { Collections } from './collections.ts';

const current = 'session';

/**
 * Runs `work` with a session that is written down. A process that dies leaves its transaction open in the database, and
 * all that it wrote locked, for a minute; so whoever comes next looks up its session and ends it.
 */
export async function inKnownSession(
  client: MongoClient,
  migrations: Collections['migrations'],
  work: (session: ClientSession) => Promise<void>,
): Promise<void> {
  await client.withSession(async (session) => {
    if (session.id === undefined) throw new Error('a session of our own has an id');
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

/** The command is open to every user for own sessions. Where a provider has shut it off, the minute has to pass. */
async function endSession(client: MongoClient, session: unknown): Promise<void> {
  try {
    await client.db('admin').command({ killSessions: [session] });
  } catch (error) {
    if (!(error instanceof MongoServerError)) throw error;
  }
}

export const isInterrupted = (error: unknown) => error instanceof MongoServerError && error.codeName === 'Interrupted';
