import { newId } from '@earshot/shared';
import { MongoClient } from 'mongodb';
import { loopFor } from '../generator/loopFor.ts';
import { stampedContent } from '../generator/stamp.ts';
import { newMessage } from './message.ts';

/**
 * The baseline of sends: loops that insert one message after another with the write concern that Earshot uses, through
 * the same driver, into a collection without further indexes. Prints the result as JSON.
 */

export interface InsertOrder {
  uri: string;
  loops: number;
  ms: number;
  warmUpMs: number;
}

const { uri, loops, ms, warmUpMs }: InsertOrder = JSON.parse(process.argv[2] ?? '');
await using client = new MongoClient(uri, { writeConcern: { w: 'majority', journal: true } });
const database = client.db(`bench_${newId()}`);
const messages = database.collection('messages');
const roomIds = Array.from({ length: loops }, (_, number) => `room-${number}`);
const insert = async (roomId: string) => {
  await messages.insertOne(newMessage(roomId, stampedContent()));
};

await loopFor(warmUpMs, roomIds, insert);
const before = process.cpuUsage();
const looped = await loopFor(ms, roomIds, insert);
const { user, system } = process.cpuUsage(before);
await database.dropDatabase();
process.stdout.write(`result ${JSON.stringify({ looped, cpu: user + system })}\n`);
