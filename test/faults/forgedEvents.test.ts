import { newId } from '@earshot/shared';
import { Redis } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';
import { channelOf } from '../../packages/server/src/broker/redisChannels.ts';
import { encodeEnvelope } from '../../packages/server/src/feed/envelope.ts';
import { somewhere } from '../resources/places.ts';
import { clusterSettings, startServer } from '../resources/server.ts';
import { stockClient } from '../resources/stockClient.ts';

test.each([
  ['the next number', 1],
  ['the number after the next', 2],
  ['a number far ahead', 1_000],
])('a forged event with %s hides no true one', async (_, ahead) => {
  const env = clusterSettings();
  await using earshot = await startServer({ env });
  const redis = new Redis(env.REDIS_URL ?? '');
  onTestFinished(() => redis.disconnect());
  using ada = stockClient(earshot.url, { username: 'Ada' });
  using bob = stockClient(earshot.url, { username: 'Bob' });
  const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
  const roomId = room.id;
  await bob.api.rooms.join.mutate({ roomId });
  using watch = bob.watch(roomId);
  await watch.until(({ event }) => event.type === 'snapshot');
  const first = await ada.api.messages.send.mutate({ roomId, content: 'true 1' });
  await watch.until(({ event }) => event.type === 'message.created' && event.message.id === first.id);

  const seq = first.seq + ahead;
  const time = new Date(first.timestamp.getTime() + 1);
  const message = { ...first, id: newId(), clientMessageId: newId(), content: 'forged', seq, updatedSeq: seq };
  const forged = { ...message, timestamp: time };
  await redis.publish(
    channelOf(roomId, `${env.MONGODB_DB}:`),
    encodeEnvelope({ type: 'message.created', message: forged }, 'foreign'),
  );
  if (ahead === 1) await watch.until(({ event }) => event.type === 'message.created' && event.message.id === forged.id);
  for (const content of ['true 2', 'true 3']) {
    const sent = await ada.api.messages.send.mutate({ roomId, content });
    const has = ({ id }: { id: string }) => id === sent.id;
    await watch.until(({ event }) =>
      event.type === 'message.created' ? has(event.message) : event.type === 'reset' && event.messages.some(has),
    );
  }
  const { messages } = await bob.api.messages.history.query({ roomId });
  expect(messages.map(({ content }) => content)).toEqual(['true 1', 'true 2', 'true 3']);
});
