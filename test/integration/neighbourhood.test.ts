import { createEarshotClient, follow, type NeighbourhoodState } from '@earshot/client';
import { EventSource } from 'eventsource';
import { expect, test } from 'vitest';
import { collect } from '../resources/collect.ts';
import { openFlakyProxy } from '../resources/flakyProxy.ts';
import { north, somewhere } from '../resources/places.ts';
import { deployments } from '../resources/server.ts';
import { stockClient } from '../resources/stockClient.ts';

const texts = ({ messages }: NeighbourhoodState) => messages.map(({ content }) => content);

test.each(
  deployments.flatMap((deployment) =>
    (['websocket', 'http'] as const).map((transport) => ({ ...deployment, transport })),
  ),
)(
  '$name: the client follows a walker, over a lost connection and to another place ($transport)',
  async ({ start, transport }) => {
    await using earshot = await start();
    await using proxy = await openFlakyProxy(earshot.b.url);
    using ada = stockClient(earshot.a.url, { username: 'Ada' });
    const here = somewhere();
    const say = (roomId: string, content: string) => ada.api.messages.send.mutate({ roomId, content });
    const makeRoom = async (metres: number) => {
      const { room } = await ada.api.rooms.join.mutate({ location: north(here, metres), searchRadius: 0 });
      await say(room.id, `first at ${metres}`);
      return room.id;
    };
    const [first, shared, last] = [await makeRoom(0), await makeRoom(4_000), await makeRoom(8_000)];

    await using stack = new AsyncDisposableStack();
    const backoff = { baseMs: 20, capMs: 100 };
    const walker = createEarshotClient({ url: proxy.url, username: 'Walker', transport, EventSource, backoff });
    stack.defer(() => walker.close());
    const states = collect<NeighbourhoodState>();
    const neighbourhood = follow(walker, here, { backoff, moveIntervalMs: 0, onChange: (state) => states.push(state) });
    const until = (fits: (state: NeighbourhoodState) => boolean) =>
      states.until((state) => state === states.all.at(-1) && fits(state));
    await until(({ status, rooms }) => status === 'live' && rooms.length === 2);
    await say(first, 'live');
    await until((state) => texts(state).includes('live'));

    proxy.cut();
    await until(({ status }) => status === 'connecting');
    await say(shared, 'missed');
    proxy.mend();
    await until((state) => texts(state).includes('missed'));

    neighbourhood.moveTo(north(here, 8_000));
    await until(
      ({ rooms }) =>
        rooms
          .map(({ id }) => id)
          .toSorted()
          .join() === [shared, last].toSorted().join(),
    );
    await say(shared, 'still here');
    await until((state) => texts(state).includes('still here'));
    expect(texts(neighbourhood.state.get())).toEqual(['first at 4000', 'first at 8000', 'missed', 'still here']);
    neighbourhood.close();
    expect(neighbourhood.state.get().status).toBe('stopped');
  },
);
