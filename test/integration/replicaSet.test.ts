import { expect, inject, test } from 'vitest';
import { somewhere } from '../resources/places.ts';
import { runEarshot, startProcess } from '../resources/process.ts';
import { stockClient } from '../resources/stockClient.ts';
import { startReplicaSet } from '../services/mongod.ts';

test('the command serves from a replica set of three, given by its full address', async () => {
  await using set = await startReplicaSet();
  await using earshot = await startProcess({ MONGODB_URI: set.url });
  const { api, close } = stockClient(earshot.url, { username: 'Ada' });
  const { room } = await api.rooms.join.mutate({ location: somewhere() });
  const sent = await api.messages.send.mutate({ roomId: room.id, content: 'Three copies' });
  expect((await api.messages.history.query({ roomId: room.id })).messages).toEqual([sent]);
  await close();
}, 60_000);

test.each(['retryWrite=yes', 'tls=perhaps', 'authMechanism=HUSH'])(
  'an option that the driver rejects (%s) ends the start with a sentence that has no secret',
  async (option) => {
    const [host] = inject('mongodbUri').replace('mongodb://', '').split('/');
    const { code, output } = await runEarshot(['serve'], { MONGODB_URI: `mongodb://ada:hush@${host}/?${option}` });
    expect(code).toBe(1);
    expect(output).toMatch(/MONGODB_URI: the driver rejects it/);
    expect(output).not.toMatch(/hush|HUSH|at .*\.ts:/);
  },
);
