import { describe, expect, test } from 'vitest';
import { databaseSite, folderSite } from '../resources/backups.ts';
import { summarize, watchPlace } from '../resources/neighbourhood.ts';
import { north, somewhere } from '../resources/places.ts';
import { startServer } from '../resources/server.ts';
import { stockClient } from '../resources/stockClient.ts';

describe.each([
  { name: 'SQLite', newSite: folderSite },
  { name: 'MongoDB and Redis', newSite: databaseSite },
])('$name', ({ newSite }) => {
  test('after a restored backup, a neighbourhood resets the rooms that lost messages, and continues the others', async () => {
    await using site = await newSite();
    const former = await startServer({ env: site.env });
    const { port } = new URL(former.url);
    const start = () => startServer({ env: { ...site.env, PORT: port } });
    using ada = stockClient(former.url, { username: 'Ada' });
    const location = somewhere();
    const join = async (metres: number) =>
      (await ada.api.rooms.join.mutate({ location: north(location, metres), searchRadius: 100 })).room.id;
    const say = (roomId: string, content: string) => ada.api.messages.send.mutate({ roomId, content });
    const [changed, same] = [await join(0), await join(2_000)];
    const nameOf = (roomId: string) => (roomId === changed ? 'changed' : 'same');
    await say(changed, 'kept');
    await say(same, 'same 1');
    await former.close();
    const restore = await site.backUp();

    const lost = await start();
    const watch = watchPlace(ada.api, { location });
    await watch.first('ready');
    await say(changed, 'lost');
    const { id } = await watch.until(({ event }) => event.type === 'event');
    watch.stop();
    await lost.close();
    await restore();

    await using _restored = await start();
    await say(changed, 'new'); // takes the number of the lost message
    await say(same, 'same 2');
    using resumed = watchPlace(ada.api, { location, lastEventId: id });
    const summaries = () => resumed.all.map((item) => summarize(nameOf, item));
    await resumed.until(() => summaries().length >= 3);
    expect(summaries().sort()).toEqual(['ready', 'reset changed: kept, new', 'same +same 2']);
    await say(changed, 'afterwards');
    await resumed.until(() => summaries().includes('changed +afterwards'));
    expect(summaries()).toHaveLength(4);
  });
});
