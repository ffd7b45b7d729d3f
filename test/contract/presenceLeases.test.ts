import { describe, expect, inject, test, vi } from 'vitest';
import { PresenceTable } from '../../packages/server/src/presence/redis/presenceTable.ts';
import { connectRedis } from '../resources/connectRedis.ts';
import { startPresenceProcess } from '../resources/presenceProcess.ts';
import {
  brief,
  collectChanges,
  entry,
  loseAnswers,
  newPrefix,
  openRedisPresence,
  quick,
  times,
} from '../resources/presences.ts';

describe('presence: redis leases', () => {
  test('leaves no keys behind', async () => {
    const prefix = newPrefix();
    using spy = connectRedis(inject('redisUrl'));
    {
      await using pair = openRedisPresence({ url: inject('redisUrl'), prefix });
      const entries = times(200, (n) => entry(`room ${n % 20}`, `user ${n % 50}`));
      const at = (n: number) => (n % 3 ? pair.a : pair.b);
      await Promise.all(
        entries.map(async (one, n) => {
          await at(n).enter(one, 0);
          await at(n).leave(one);
        }),
      );
      expect((await spy.client.keys(`${prefix}*`)).sort()).toEqual([`${prefix}epochs`, `${prefix}leases`]);
    }
    expect(await spy.client.keys(`${prefix}*`)).toEqual([]);
  });

  test('an instance that closes removes its users without notifying others', async () => {
    await using pair = openRedisPresence({ url: inject('redisUrl'), ...quick });
    const changes = collectChanges(pair.b);
    await Promise.all(times(450, (n) => pair.a.enter(entry('room', `user ${n}`), 0)));
    await pair.b.enter(entry('room', 'user 7'), 0);
    await pair.a.close();
    expect(await pair.b.list('room', 10)).toEqual([{ userId: 'user 7', username: 'name of user 7' }]);
    expect(changes).toEqual([]);
  });

  test('the users of an instance killed with -9 are removed, and another instance reports it', async () => {
    const options = { url: inject('redisUrl'), prefix: newPrefix(), ...quick };
    await using pair = openRedisPresence(options);
    const changes = collectChanges(pair.a, pair.b);
    await pair.a.enter(entry('room', 'user 1'), 0);
    const entries = times(450, (n) => entry('room', `user ${n}`));
    await using other = await startPresenceProcess({ ...options, entries });
    expect(await pair.a.counts(['room'])).toEqual([450]);
    other.process.kill('SIGKILL');
    await expect.poll(() => pair.a.counts(['room']), { timeout: 10_000 }).toEqual([1]);
    await expect.poll(() => changes.length).toBe(449);
    const expectedNames = times(450, (n) => `left user ${n}`).filter((text) => text !== 'left user 1');
    expect(changes.map((text) => text.split(',')[0]).sort()).toEqual(expectedNames.sort());
    const userCounts = changes.map((text) => Number(text.split(',')[1]));
    expect(userCounts.sort((x, y) => x - y)).toEqual(times(449, (n) => n + 1));
  });

  test('an instance that was considered dead restores its users and reports who is back', async () => {
    const options = { url: inject('redisUrl'), prefix: newPrefix(), ...quick };
    await using pair = openRedisPresence(options);
    const changes = collectChanges(pair.a, pair.b);
    const entries = times(5, (n) => entry('room', `user ${n}`));
    await pair.a.enter(entry('room', 'user 0'), 0); // stays present through this instance
    await using other = await startPresenceProcess({ ...options, entries });
    other.process.kill('SIGSTOP');
    await expect.poll(() => changes.length, { timeout: 10_000 }).toBe(4);
    expect(await pair.a.counts(['room'])).toEqual([1]);
    other.process.kill('SIGCONT');
    await expect.poll(() => pair.a.counts(['room']), { timeout: 10_000 }).toEqual([5]);
    const back = await other.changes.untilAll((all) => all.length >= 4);
    expect(back.map(brief).sort()).toEqual(times(4, (n) => `joined user ${n + 1}, 5`));
    expect(changes).toHaveLength(4); // only one instance reports that a user is back
  });

  test('a lease that belongs to a previous epoch is registered again', async () => {
    await using pair = openRedisPresence({ url: inject('redisUrl'), heartbeatMs: 60_000 });
    const { register } = PresenceTable.prototype;
    const registerSpy = vi.spyOn(PresenceTable.prototype, 'register').mockImplementationOnce(async function (
      this: PresenceTable,
    ) {
      const registration = await register.call(this);
      this.nextEpoch(); // as if the connection had been replaced at this moment
      return registration;
    });
    expect(await pair.a.enter(entry('room', 'ada'), 0)).toEqual({ hasJoined: true, userCount: 1 });
    registerSpy.mockRestore();
  });

  test('an enter whose answer was lost does not prevent the next one from being the first', async () => {
    await using pair = openRedisPresence({ url: inject('redisUrl'), heartbeatMs: 60_000 }); // no heartbeat resolves it
    await pair.a.enter(entry('room', 'bob'), 0);
    const lost = loseAnswers('enter');
    await expect(pair.a.enter(entry('room', 'ada'), 0)).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE' });
    lost.mockRestore();
    expect(await pair.b.counts(['room'])).toEqual([2]);
    expect(await pair.a.enter(entry('room', 'ada'), 0)).toEqual({ hasJoined: true, userCount: 2 });
  });

  test('a leave whose answer was lost is reported once, unless the user is back', async () => {
    await using pair = openRedisPresence({ url: inject('redisUrl'), leaseMs: 2_000, heartbeatMs: 50 });
    const changes = collectChanges(pair.a, pair.b);
    const [ada, bob] = [entry('room', 'ada'), entry('room', 'bob')];
    await pair.a.enter(ada, 0);
    await pair.a.enter(bob, 0);
    const lost = loseAnswers('leave');
    await expect(pair.a.leave(ada)).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE' });
    await expect(pair.a.leave(bob)).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE' });
    lost.mockRestore();
    await pair.b.enter(entry('room', 'bob'), 0);
    await expect.poll(() => changes, { timeout: 5_000 }).toEqual(['left ada, 1']);
    const eve = entry('room', 'eve');
    const next = loseAnswers('leave');
    await pair.a.enter(eve, 0);
    await expect(pair.a.leave(eve)).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE' });
    next.mockRestore();
    // Ada and Bob caused no other event before this.
    await expect.poll(() => changes, { timeout: 5_000 }).toEqual(['left ada, 1', 'left eve, 1']);
  });

  test('users who arrive or leave in one tick share commands, each with its own answer', async () => {
    using own = connectRedis(inject('redisUrl'));
    const table = new PresenceTable(own.client, { prefix: newPrefix(), leaseMs: 10_000 });
    const calls = [vi.spyOn(own.client, 'presenceEnter'), vi.spyOn(own.client, 'presenceLeave')];
    await table.register();
    const at = (n: number) => ({ roomId: `room ${n % 2}`, user: { userId: `user ${n}`, username: 'Ada' } });
    const entered = await Promise.all(times(300, (n) => table.enter(at(n), 148)));
    expect(entered).toEqual(
      times(300, (n) => {
        const userCount = Math.min(Math.floor(n / 2) + 1, 148);
        return { isFull: n >= 296, hasJoined: n < 296, userCount, formerName: undefined };
      }),
    );
    const left = await Promise.all(times(300, (n) => table.leave(at(n))));
    const countAfter = (n: number) => Math.max(0, 148 - Math.floor(n / 2) - 1);
    expect(left).toEqual(times(300, (n) => ({ hasLeft: n < 296, userCount: countAfter(n) })));
    expect(calls.map(({ mock }) => mock.calls.length)).toEqual([3, 3]);
    await table.releaseOwn();
  });

  test('commands of an earlier connection have no effect once the next one has registered', async () => {
    using own = connectRedis(inject('redisUrl'));
    const table = new PresenceTable(own.client, { prefix: newPrefix(), leaseMs: 10_000 });
    const place = { roomId: 'room', user: { userId: 'ada', username: 'Ada' } };
    table.nextEpoch();
    const [entered, registered] = [vi.spyOn(own.client, 'presenceEnter'), vi.spyOn(own.client, 'presenceRegister')];
    await table.register();
    await table.enter(place, 0);
    const late = {
      register: () => own.client.presenceRegister(...(registered.mock.calls[0] ?? [])),
      enter: () => own.client.presenceEnter(...(entered.mock.calls[0] ?? [0])),
    };
    table.nextEpoch();
    expect(await table.register()).toBe('known');
    await table.leave(place);
    await late.register();
    expect(await late.enter()).toEqual([]);
    expect(await table.count('room')).toBe(0);
    expect(await table.renew()).toBe(true);
    await table.releaseOwn();
  });
});
