import type { Message } from '@earshot/shared';
import { MongoClient } from 'mongodb';

const { MONGODB_URI: uri, MONGODB_DB: database } = process.env;

const messages = uri === undefined ? null : await connect(uri);

async function connect(address: string) {
  const client = await new MongoClient(address, { writeConcern: { w: 'majority', journal: true } }).connect();
  return client.db(database).collection('messages');
}

/** With `MONGODB_URI`, inserts the message, durably and by itself; without it, messages are not stored. */
export async function storeMessage(message: Message): Promise<void> {
  await messages?.insertOne({ ...message });
}
