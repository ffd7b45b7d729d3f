import { createEarshotClient, type Location } from '@earshot/client';
import { expect, test } from 'vitest';
import { openFlakyProxy } from '../resources/flakyProxy.ts';
import { north } from '../resources/places.ts';
import { startChat } from '../resources/process.ts';
import { deployments, startEmbedded } from '../resources/server.ts';

const berlin: Location = { latitude: 52.52, longitude: 13.405 };

/** Bob, in two rooms: one in Berlin and one three kilometres north. */
async function startRooms(url: string) {
  const bob = createEarshotClient({ url, username: 'Bob' });
  const here = await bob.watchRoom({ location: berlin });
  const there = await bob.watchRoom({ location: north(berlin, 3_000), searchRadius: 500 });
  await here.send('in the centre');
  await there.send('in the north');
  return { here, there, [Symbol.asyncDispose]: () => bob.close() };
}

const around = ['52.52', '13.405', '--around', '--as', 'Ada', '--url'];

test.each(deployments)(
  '$name: --around mixes the messages of the rooms around, each line with its room',
  async ({ start }) => {
    await using earshot = await start();
    await using rooms = await startRooms(earshot.b.url);
    await using ada = startChat([...around, earshot.a.url]);
    const begin = await ada.until(/— 2 rooms around —/);
    const [, centre] = /\[(\d) Mitte, Berlin\] Bob: in the centre/.exec(begin) ?? [];
    const [, away] = /\[(\d) [^\]]+\] Bob: in the north/.exec(begin) ?? [];
    expect([centre, away].sort()).toEqual(['1', '2']);
    expect(begin.indexOf('in the centre')).toBeLessThan(begin.indexOf('in the north'));

    const message = await rooms.there.send('and now?');
    await ada.until(new RegExp(`\\[${away} [^\\]]+\\] Bob: and now\\?`));
    await rooms.there.react(message.id, '👍');
    await ada.until(new RegExp(`~ .*\\[${away} [^\\]]+\\] Bob: and now\\?  👍`));

    await rooms.there.describe({ title: 'Club', topic: 'Chess' });
    await ada.until(new RegExp(`\\* \\[${away} [^\\]]+\\] is “Club”: Chess`));
    await rooms.there.send('with a title');
    await ada.until(new RegExp(`\\[${away} Club\\] Bob: with a title`));

    ada.type('where do I write?');
    await ada.until(/Not sent: choose a room first/);
    ada.type('/join 7');
    await ada.until(/No nearby room has this number/);
    ada.type(`/join ${centre}\n/who`);
    await ada.until(/Here: .*Ada/);
    await ada.until(new RegExp(`You’re now writing in \\[${centre} Mitte, Berlin\\]`));
    ada.type('hello from Ada');
    await ada.until(new RegExp(`\\[${centre} Mitte, Berlin\\] Ada: hello from Ada`));
    ada.type('/who');
    await ada.until(/Here: .*Ada/);
    ada.type('/near');
    await ada.until(new RegExp(`→ \\[${centre} Mitte, Berlin\\], within .*\\n {2}\\[${away} `));
    ada.type('/dance');
    await ada.until(/Unknown command \/dance/);
    ada.type('piped before the end');
    expect(await ada.end()).toBe(0);
    expect(rooms.here.state.get().messages.map(({ content }) => content)).toContain('piped before the end');
  },
);

test('--around announces a new room, and resumes after a lost connection without a repeat', async () => {
  await using earshot = await startEmbedded();
  await using proxy = await openFlakyProxy(earshot.a.url);
  await using ada = startChat([...around, proxy.url]);
  await ada.until(/— no rooms around —/);
  await using rooms = await startRooms(earshot.a.url);
  await ada.until(/— \[1 [^\]]+\] is in reach now —/);
  await ada.until(/Bob: in the centre/);
  await ada.until(/Bob: in the north/);
  proxy.cut();
  await ada.until(/is unreachable/);
  await rooms.here.send('said meanwhile');
  proxy.mend();
  const printed = await ada.until(/— connected —.*Bob: said meanwhile/s);
  for (const text of ['in the centre', 'in the north', 'said meanwhile']) {
    expect(printed.split(text), text).toHaveLength(2);
  }
  expect(await ada.end()).toBe(0);
});

test('/join reports a full room, and --around a refusal', async () => {
  await using earshot = await startEmbedded({ env: { ROOM_CAPACITY: '1' } });
  await using _rooms = await startRooms(earshot.a.url);
  await using ada = startChat([...around, earshot.a.url]);
  await ada.until(/— 2 rooms around —/);
  ada.type('/join 1');
  await ada.until(/The room is full/);
  ada.type('/quit');
  expect(await ada.end()).toBe(0);

  await using strict = await startEmbedded({ env: { JWT_SECRET: 's'.repeat(32) } });
  await using eve = startChat([...around, strict.a.url]);
  await eve.until(/Not authenticated/);
  expect(await eve.end()).toBe(1);
});
