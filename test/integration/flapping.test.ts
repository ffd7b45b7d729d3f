import { describe, expect, test } from 'vitest';
import { joinLegacy, someLocationId } from '../resources/legacyClient.ts';
import { deployments } from '../resources/server.ts';
import { stockClient } from '../resources/stockClient.ts';

describe.each(deployments)('$name: a user who joins and leaves without a pause', ({ start }) => {
  test('is announced a few times, with the final state last', async () => {
    await using earshot = await start();
    const roomId = someLocationId();
    using witness = await joinLegacy(earshot.b.url, roomId, 'Witness');
    using clients = new DisposableStack();
    const bob = clients.use(stockClient(earshot.b.url, { username: 'Bob', userId: 'bob' }));
    await bob.api.rooms.join.mutate({ roomId });
    const roomWatch = clients.use(bob.watch(roomId));
    await roomWatch.until(({ event }) => event.type === 'snapshot');

    const ada = clients.use(stockClient(earshot.a.url, { username: 'Ada', userId: 'ada' }));
    await ada.api.rooms.join.mutate({ roomId });
    for (let i = 0; i < 60; i += 1) {
      const watch = ada.watch(roomId);
      await watch.until(({ event }) => event.type === 'snapshot');
      watch.stop();
      await watch.untilEnd();
    }
    for (let i = 0; i < 20; i += 1) {
      const carol = await joinLegacy(earshot.a.url, roomId, 'Carol');
      carol.ws.close();
      await carol.closed;
    }
    const last = ada.watch(roomId);
    await last.until(({ event }) => event.type === 'snapshot');
    using _carol = await joinLegacy(earshot.a.url, roomId, 'Carol');
    await ada.api.messages.send.mutate({ roomId, content: 'here to stay' });
    await roomWatch.until(({ event }) => event.type === 'message.created');

    const of = (userId: string) =>
      roomWatch.all.flatMap(({ event }) =>
        (event.type === 'user.joined' || event.type === 'user.left') && event.user.userId === userId
          ? [event.type]
          : [],
      );
    const legacyOf = (userId: string) =>
      witness.frames.all.flatMap((frame) => {
        const { type, user_id } = { type: '', user_id: '', ...(frame as object) };
        return ['UserJoined', 'UserLeft'].includes(type) && user_id === userId ? [type] : [];
      });
    for (const userId of ['ada', 'carol']) {
      await roomWatch.untilAll(() => of(userId).at(-1) === 'user.joined');
      await witness.frames.untilAll(() => legacyOf(userId).at(-1) === 'UserJoined');
      expect(of(userId).length).toBeLessThan(10);
      expect(legacyOf(userId).length).toBeLessThan(10);
    }
  });
});
