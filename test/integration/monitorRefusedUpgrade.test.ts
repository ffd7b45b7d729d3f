import { once } from 'node:events';
import { createServer } from 'node:http';
import { test } from 'vitest';
import { watchLegacy } from '../../packages/cli/src/monitor/watchLegacy.ts';
import { collect } from '../resources/collect.ts';

/** A server that answers the first upgrade with one HTTP status, and later ones with another. */
async function rejectUpgrades(first: number, later: number) {
  let upgrades = 0;
  const server = createServer().on('upgrade', (_request, socket) => {
    upgrades += 1;
    socket.end(`HTTP/1.1 ${upgrades === 1 ? first : later} Rejected\r\nContent-Length: 0\r\n\r\n`);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it listens on no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    upgrades: () => upgrades,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

function watch(base: string) {
  const identity = { userId: 'm', username: 'm', token: undefined };
  const notes = collect<string>();
  const observer = { frame: () => {}, note: (text: string) => notes.push(text) };
  const watcher = watchLegacy({ base, room: { text: 'lobby', id: 'lobby' }, identity, observer });
  return { notes, ...watcher };
}

test.concurrent.for([400, 401, 403, 404, 499])(
  'status %d to the upgrade ends the watch',
  async (status, { expect }) => {
    await using server = await rejectUpgrades(status, 500);
    const { ended, notes } = watch(server.url);
    await ended;
    expect(server.upgrades()).toBe(1);
    expect(notes.all).toEqual([`could not connect: the server answered with HTTP status ${status}`]);
  },
);

test.concurrent.for([200, 408, 429, 500, 503])('status %d to the upgrade is retried', async (status, { expect }) => {
  await using server = await rejectUpgrades(status, 404);
  const { ended, notes } = watch(server.url);
  await ended;
  expect(server.upgrades()).toBe(2);
  expect(notes.all).toHaveLength(2);
});
