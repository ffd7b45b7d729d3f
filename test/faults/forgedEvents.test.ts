import { newId, type RoomEvent } from '@earshot/shared';
import { Redis } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';
import { channelOf } from '../../packages/server/src/broker/redis/redisChannels.ts';
import { type BrokerEvent, encodeEnvelope } from '../../packages/server/src/feed/envelope.ts';
import { somewhere } from '../resources/places.ts';
import { clusterSettings, startServer } from '../resources/server.ts';
import { stockClient } from '../resources/stockClient.ts';

test.each([
  ['the next number', 1],
  ['the number after the next', 2],
  ['a number far ahead', 1_000],
])('a forged event with %s hides no real one', async (_, ahead) => {
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

/** Payloads that another client of Redis may publish on a room's channel. */
const malformed: unknown[] = [
  ...['', 'null', '[]', '{', '7', '"x"', `{"json":${'['.repeat(20_000)}`, '\u0000'],
  ...[null, 7, 'x', [], {}, { json: null }, { json: 7 }, { json: {} }, { json: { type: 'nothing' } }],
  ...[
    { type: 'typing' },
    { type: 'typing', user: null, isTyping: true },
    { type: 'typing', user: { userId: 'eve', username: 'x'.repeat(1_000) }, isTyping: true },
    { type: 'typing', user: { userId: 'eve', username: 'Eve' }, isTyping: 'yes' },
    { type: 'presence' },
    { type: 'presence', userCount: -1 },
    { type: 'presence', userCount: 1e300 },
    { type: 'user.joined', user: { userId: '', username: 'Eve' }, userCount: 1 },
    { type: 'user.left', user: { userId: 'eve' }, userCount: 1 },
    { type: 'member.left' },
    { type: 'member.left', userId: 7 },
    { type: 'member.left', userId: 'x'.repeat(1_000) },
    { type: 'snapshot', messages: [], userCount: 0 },
    { type: 'message.created', message: null },
  ].map((json) => ({ json })),
  { json: { type: 'typing' }, meta: { values: 'text' } },
  { json: { type: 'typing' }, meta: { values: { 'user.__proto__': ['Date'] }, referentialEqualities: 'text' } },
];

test('malformed events are ignored, and well-formed ones end no watch: it delivers the real events in order', async () => {
  const env = clusterSettings();
  await using earshot = await startServer({ env });
  const redis = new Redis(env.REDIS_URL ?? '');
  onTestFinished(() => redis.disconnect());
  using ada = stockClient(earshot.url, { username: 'Ada', userId: 'ada' });
  using bob = stockClient(earshot.url, { username: 'Bob', userId: 'bob' });
  const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
  const roomId = room.id;
  await bob.api.rooms.join.mutate({ roomId });
  using watch = bob.watch(roomId);
  await watch.until(({ event }) => event.type === 'snapshot');
  const publish = (payload: string) => redis.publish(channelOf(roomId, `${env.MONGODB_DB}:`), payload);
  const messageOf = ({ event }: { event: RoomEvent }) =>
    event.type === 'message.created' ? event.message.content : '';
  const roundTrip = async (content: string) => {
    await ada.api.messages.send.mutate({ roomId, content });
    await watch.until((one) => messageOf(one) === content);
  };

  const before = watch.all.length;
  for (const payload of malformed) {
    if (typeof payload === 'string') await publish(payload);
    await publish(JSON.stringify({ from_socket_id: 'foreign', message: payload }));
    await publish(JSON.stringify({ from_socket_id: 7, message: payload }));
  }
  await roundTrip('true 1');
  expect(watch.all.slice(before).map(({ event }) => event.type)).toEqual(['message.created']);

  // Only the room's own instances can detect these forgeries. They change nothing permanently.
  const eve = { userId: 'eve', username: 'Eve' };
  const forged: BrokerEvent[] = [
    { type: 'typing', user: eve, isTyping: true },
    { type: 'user.joined', user: eve, userCount: 1_000_000 },
    { type: 'user.left', user: { userId: 'bob', username: 'Bob' }, userCount: 0 },
    { type: 'presence', userCount: 1_000_000 },
    { type: 'member.left', userId: 'bob' },
    { type: 'member.left', userId: 'ada' },
    { type: 'member.left', userId: 'eve' },
  ];
  for (let round = 0; round < 50; round += 1) {
    for (const event of forged) await publish(encodeEnvelope(event, 'foreign'));
  }
  await roundTrip('true 2');
  expect(await bob.api.presence.list.query({ roomId })).toEqual([{ userId: 'bob', username: 'Bob' }]);
  expect((await bob.api.rooms.get.query({ roomId })).userCount).toBe(1);
  await bob.api.messages.send.mutate({ roomId, content: 'true 3' });
  await watch.until((one) => messageOf(one) === 'true 3');
});
