import { newId } from '@earshot/shared';
import { type Document, MongoClient } from 'mongodb';
import { expect, inject, test } from 'vitest';
import { somewhere } from '../resources/places.ts';
import { startPair } from '../resources/server.ts';
import { stockClient } from '../resources/stockClient.ts';

test('instances that write to a watched room alternately do not query MongoDB for the head', async () => {
  const database = `test_${newId()}`;
  await using pair = await startPair({ env: { MONGODB_DB: database } });
  await using client = await MongoClient.connect(inject('mongodbUri'));
  const db = client.db(database);
  using ada = stockClient(pair.a.url, { username: 'Ada' });
  using bob = stockClient(pair.b.url, { username: 'Bob' });
  const { id: roomId } = (await ada.api.rooms.join.mutate({ location: somewhere() })).room;
  await bob.api.rooms.join.mutate({ roomId });
  using toAda = ada.watch(roomId);
  using toBob = bob.watch(roomId);
  const say = async () => {
    for (const { api } of [ada, bob]) {
      const { seq } = await api.messages.send.mutate({ roomId, content: 'hello' });
      await Promise.all([toAda, toBob].map((watch) => watch.until((watched) => watched.seq === seq)));
    }
  };
  await db.command({ profile: 2 });
  const asked = async () => {
    const entries = await db
      .collection('system.profile')
      .find({ ns: `${database}.messages` })
      .toArray();
    const isLookUp = ({ command }: Document) => JSON.stringify(command).includes('"timestamp":{"$first"');
    return { lookUps: entries.filter(isLookUp).length, inserts: entries.filter(({ op }) => op === 'insert').length };
  };
  // The feeds' heads are used only after a comparison with the store.
  const turn = async () => {
    const before = await asked();
    await say();
    const after = await asked();
    return { lookUps: after.lookUps - before.lookUps, inserts: after.inserts - before.inserts };
  };
  expect(await turn()).not.toEqual({ lookUps: 0, inserts: 2 });
  await expect.poll(turn, { timeout: 15_000, interval: 200 }).toEqual({ lookUps: 0, inserts: 2 });
});
