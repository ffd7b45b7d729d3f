import { createEarshotClient, type EarshotClientOptions } from '@earshot/client';
import type { MessageHook } from '@earshot/server';
import { expect, test } from 'vitest';
import { eventually } from '../resources/collect.ts';
import { somewhere } from '../resources/places.ts';
import { reportedRoom } from '../resources/reportedRoom.ts';
import { startEmbedded } from '../resources/server.ts';
import { checkedTokens, signToken } from '../resources/tokens.ts';

function connect(options: EarshotClientOptions) {
  const client = createEarshotClient({ backoff: { baseMs: 20, capMs: 100 }, ...options });
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.close() });
}

const contents = (messages: readonly { content: string }[]) => messages.map(({ content }) => content);

test('a message repeated over rooms fails with its text, and delays no later message', async () => {
  await using earshot = await startEmbedded({ env: { SEND_RATE: '100', SEND_BURST: '100' } });
  await using ada = connect({ url: earshot.a.url, username: 'Ada' });
  const rooms = await Promise.all(Array.from({ length: 4 }, () => ada.watchRoom({ location: somewhere() })));
  const last = rooms.at(-1);
  if (last === undefined) throw new Error('no room');
  const advert = 'Cheap watches at my shop!';
  for (const room of rooms.slice(0, 3)) await room.send(advert);
  const repeated = last.send(advert);
  const other = last.send('something else');
  await expect(repeated).rejects.toMatchObject({ code: 'REPEATED_MESSAGE', retryAfterMs: expect.any(Number) });
  await other;
  expect(last.state.get().pending).toMatchObject([{ status: 'failed', content: advert }]);
});

test('a failing hook delays a message, which is sent once the hook works', async () => {
  let fails = true;
  const onMessage: MessageHook = () => {
    if (fails) throw new Error('down');
    return { action: 'allow' };
  };
  await using earshot = await startEmbedded({ hooks: { onMessage } });
  await using ada = connect({ url: earshot.a.url, username: 'Ada' });
  const room = await ada.watchRoom({ location: somewhere() });
  const sent = room.send('hello');
  await eventually(() => room.state.get().pending[0]?.delay?.code === 'SCREENING_UNAVAILABLE');
  fails = false;
  expect(await sent).toMatchObject({ content: 'hello' });
  expect(room.state.get().pending).toEqual([]);
});

test('a held message is shown as failed until a moderator approves it; then it is in the room once', async () => {
  const onMessage: MessageHook = ({ content }) => ({ action: content.startsWith('odd') ? 'hold' : 'allow' });
  await using earshot = await startEmbedded({ env: checkedTokens, hooks: { onMessage } });
  await using known = await reportedRoom(earshot);
  const { roomId, scope, mod } = known;
  await using eve = connect({ url: earshot.a.url, token: await signToken('eve'), userId: 'eve' });
  const room = await eve.watchRoom({ roomId });
  await expect(room.send('odd one')).rejects.toMatchObject({ code: 'MESSAGE_HELD', retry: 'no' });
  await room.send('fine');
  expect(room.state.get().pending).toMatchObject([{ status: 'failed', content: 'odd one' }]);
  const { reports } = await mod.api.reports.list.query({ scope, kind: 'held' });
  await mod.api.reports.resolve.mutate({ reportId: reports[0]?.id ?? '', outcome: 'approved' });
  await eventually(() => room.state.get().pending.length === 0);
  expect(contents(room.state.get().messages)).toEqual(['buy this', 'fine', 'odd one']);
});
