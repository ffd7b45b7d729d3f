// @vitest-environment jsdom
import { expect, test } from 'vitest';
import { openFlakyProxy } from '../../resources/flakyProxy.ts';
import { north, somewhere } from '../../resources/places.ts';
import { startEmbedded } from '../../resources/server.ts';
import { connect, contents, isLive, mountRoom, shows } from './mountRoom.ts';

test('two users receive each other’s messages live', async () => {
  await using earshot = await startEmbedded();
  await using ada = connect({ url: earshot.a.url, username: 'Ada' });
  await using bob = connect({ url: earshot.a.url, username: 'Bob' });
  const location = somewhere();
  using adasRoom = mountRoom(ada, { location });
  expect(adasRoom.view).toMatchObject({ status: 'joining', room: null, messages: [], error: null });
  await adasRoom.until(isLive);
  using bobsRoom = mountRoom(bob, { location: north(location, 800) });
  await bobsRoom.until(isLive);
  expect(adasRoom.view.isNew).toBe(true);
  expect(bobsRoom.view.isNew).toBe(false);
  expect(bobsRoom.view.room?.id).toBe(adasRoom.view.room?.id);

  await adasRoom.view.send('hello');
  await bobsRoom.until(shows('hello'));
  const message = await bobsRoom.view.send('hi');
  await adasRoom.until(shows('hello', 'hi'));
  await adasRoom.view.react(message.id, '👍');
  await bobsRoom.until(({ messages }) => messages[1]?.reactions.length === 1);
  await bobsRoom.view.edit(message.id, 'hi, Ada');
  await adasRoom.until(shows('hello', 'hi, Ada'));
  await bobsRoom.view.remove(message.id);
  await adasRoom.until(({ messages }) => messages[1]?.deleted === true);
  bobsRoom.view.setTyping(true);
  await adasRoom.until(({ typing }) => typing[0]?.username === 'Bob');
  expect(adasRoom.view.userCount).toBe(2);
});

test('a sent message is shown at once, once in every rendering, and is acknowledged', async () => {
  await using earshot = await startEmbedded();
  await using proxy = await openFlakyProxy(earshot.a.url);
  await using ada = connect({ url: proxy.url, username: 'Ada' });
  using room = mountRoom(ada, { location: somewhere() });
  await room.until(isLive);
  proxy.cut();
  await room.until(({ status }) => status === 'connecting');
  room.view.send('hello');
  await room.until(({ pending }) => pending[0]?.content === 'hello' && pending[0].status === 'pending');
  proxy.mend();
  await room.until(shows('hello'));
  const displayed = room.views.all.map((view) => [...contents(view), ...view.pending.map(({ content }) => content)]);
  const first = displayed.findIndex((texts) => texts.length > 0);
  expect(displayed.slice(first).every((texts) => texts.join() === 'hello')).toBe(true);
});

test('a failed message stays, is sent again by `retry` and removed by `drop`', async () => {
  await using earshot = await startEmbedded();
  await using proxy = await openFlakyProxy(earshot.a.url);
  await using ada = connect({ url: proxy.url, username: 'Ada', outboxCapacity: 1 });
  using room = mountRoom(ada, { location: somewhere() });
  await room.until(isLive);
  proxy.cut();
  room.view.send('waits');
  room.view.send('finds no place');
  room.view.send('neither');
  const { pending } = await room.until((view) => view.pending.filter(({ status }) => status === 'failed').length === 2);
  expect(pending.map(({ error }) => error?.code)).toEqual([undefined, 'OUTBOX_FULL', 'OUTBOX_FULL']);
  expect(room.view.drop(pending[2]?.clientMessageId ?? '')).toBe(true);
  proxy.mend();
  await room.until((view) => contents(view).join() === 'waits');
  await room.view.retry(pending[1]?.clientMessageId ?? '');
  await room.until(shows('waits', 'finds no place'));
  await expect(room.view.retry('never sent')).rejects.toMatchObject({ code: 'SEND_DROPPED' });
});

test('older pages are loaded and trimmed', async () => {
  await using earshot = await startEmbedded();
  await using ada = connect({ url: earshot.a.url, username: 'Ada' });
  const { room } = await ada.watchRoom({ location: somewhere() });
  for (let i = 1; i <= 7; i += 1) await ada.trpc.messages.send.mutate({ roomId: room.id, content: `${i}` });
  using reading = mountRoom(ada, { roomId: room.id }, { history: 2 });
  await reading.until(shows('6', '7'));
  const page = reading.view.loadOlder(3);
  await reading.until(({ loadingOlder }) => loadingOlder);
  expect(await page).toBe(true);
  await reading.until((view) => shows('3', '4', '5', '6', '7')(view) && !view.loadingOlder && view.hasOlder);
  reading.view.trim(2);
  await reading.until((view) => shows('6', '7')(view) && view.hasOlder);
  await reading.view.loadOlder();
  await reading.until((view) => contents(view).length === 7 && !view.hasOlder);
  expect(await reading.view.loadOlder()).toBe(false);
});
