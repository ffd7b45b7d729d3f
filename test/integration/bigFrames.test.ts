import { createEarshotClient } from '@earshot/client';
import type { AppRouter } from '@earshot/server';
import { limits, transformer } from '@earshot/shared';
import { createTRPCClient, httpBatchLink } from '@trpc/client';
import { expect, test } from 'vitest';
import { somewhere } from '../resources/places.ts';
import { openRaw } from '../resources/rawSocket.ts';
import { startEmbedded } from '../resources/server.ts';
import { stockClient } from '../resources/stockClient.ts';

const longest = '😀'.repeat(limits.messageChars);

test('nine messages of the maximum length that a stock client sends in one tick are all accepted', async () => {
  await using earshot = await startEmbedded();
  using ada = stockClient(earshot.a.url, { username: 'Ada' });
  const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
  const send = { roomId: room.id, content: longest };
  const sent = await Promise.all(Array.from({ length: 9 }, () => ada.api.messages.send.mutate(send)));
  expect(sent.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  await ada.close();
});

test('messages that exceed one frame are split by Earshot’s client', async () => {
  await using earshot = await startEmbedded();
  const ada = createEarshotClient({ url: earshot.a.url, username: 'Ada' });
  const { room } = await ada.trpc.rooms.join.mutate({ location: somewhere() });
  const send = { roomId: room.id, content: longest };
  const sent = await Promise.all(Array.from({ length: 60 }, () => ada.trpc.messages.send.mutate(send)));
  expect(sent.map(({ seq }) => seq)).toEqual(sent.map((_, i) => i + 1));
  await ada.close();
});

test('over HTTP as well', async () => {
  await using earshot = await startEmbedded();
  const headers = { 'x-earshot-username': 'Ada', 'x-earshot-user-id': 'ada' };
  const link = httpBatchLink({ url: `${earshot.a.url}/trpc`, headers, transformer });
  const api = createTRPCClient<AppRouter>({ links: [link] });
  const { room } = await api.rooms.join.mutate({ location: somewhere() });
  const send = { roomId: room.id, content: longest };
  const sent = await Promise.all(Array.from({ length: 9 }, () => api.messages.send.mutate(send)));
  expect(sent).toHaveLength(9);
});

test('a request id of more than 64 characters is rejected with an error code and not quoted; the socket stays open', async () => {
  await using earshot = await startEmbedded();
  using raw = await openRaw(earshot.a.url, { identity: { username: 'Ada' } });
  const call = (id: string) => ({
    id,
    method: 'query',
    params: { path: 'rooms.get', input: { json: { roomId: 'x' } } },
  });
  raw.send(call('x'.repeat(65)));
  const refusal = await raw.frames.until((frame) => JSON.stringify(frame).includes('INVALID_INPUT'));
  expect(refusal).toMatchObject({ id: null });
  expect(JSON.stringify(refusal)).toContain('at most 64 characters');
  raw.send(call('y'.repeat(64)));
  await raw.frames.until((frame) => JSON.stringify(frame).includes('ROOM_NOT_FOUND'));
});

test('errors quote only a little of the client’s input', async () => {
  await using earshot = await startEmbedded();
  using raw = await openRaw(earshot.a.url, { identity: { username: 'Ada' } });
  raw.send({ id: 1, method: 'query', params: { path: 'x'.repeat(50_000) } });
  const refusal = await raw.frames.until((frame) => JSON.stringify(frame).includes('NO_SUCH_PROCEDURE'));
  expect(JSON.stringify(refusal).length).toBeLessThan(1_000);
  raw.send(Array.from({ length: 5_000 }, (_, id) => ({ id })));
  await raw.frames.until((frame) => JSON.stringify(frame).includes('TOO_MANY_CALLS'));
  raw.send({ id: 'last', method: 'query', params: { path: 'none' } });
  await raw.frames.until((frame) => JSON.stringify(frame).startsWith('{"id":"last"'));
  expect(raw.bytesRead()).toBeLessThan(10_000);
});
