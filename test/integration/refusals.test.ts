import { expect, test, vi } from 'vitest';
import { AddressStarts } from '../../packages/server/src/transport/sockets/addressStarts.ts';
import { openLegacy, someLocationId } from '../resources/legacyClient.ts';
import { openRaw } from '../resources/rawSocket.ts';
import { startEmbedded } from '../resources/server.ts';

const env = { SEND_RATE: '0.001', SEND_BURST: '1', CALL_RATE: '0.001', CALL_BURST: '40', USERS_PER_ADDRESS: '1' };

/** Calls in a row. Those beyond the first 40 and 16 cost 100 ms each. */
const calls = 80;

/** Makes calls one after another, and returns the milliseconds that they took. */
async function timeOf(call: (n: number) => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  for (let n = 0; n < calls; n += 1) await call(n);
  return performance.now() - startedAt;
}

test.each(['tRPC', 'legacy'])(
  'a client that goes on with calls that are refused is answered, and read more slowly: %s',
  async (wire) => {
    await using earshot = await startEmbedded({ env });
    const { url } = earshot.a;
    if (wire === 'tRPC') {
      using eve = await openRaw(url, { path: '/trpc?connectionParams=1' });
      eve.send({ method: 'connectionParams', data: { username: 'Eve', userId: 'eve' } });
      const took = await timeOf((id) => {
        eve.send({ id, method: 'query', params: { path: 'auth.session' } });
        return eve.frames.until(
          (frame) => typeof frame === 'object' && frame !== null && 'id' in frame && frame.id === id,
        );
      });
      expect(JSON.stringify(eve.frames.all.at(-1))).toContain('RATE_LIMITED');
      expect(took).toBeGreaterThan(1_000);
    } else {
      using eve = await openLegacy(url, someLocationId());
      const took = await timeOf((n) => {
        eve.send('malformed');
        return eve.frames.untilAll((all) => all.length > n);
      });
      expect(eve.of('Error').at(-1)?.code).toBe('RATE_LIMITED');
      expect(took).toBeGreaterThan(1_000);
    }
  },
);

test.each([
  ['/trpc/rooms.get', 1],
  ['/rooms/lobby', 1],
  ['/health', 0],
  ['/', 0],
])('requests for calls take turns with those of other addresses, others do not wait: %s', async (path, count) => {
  await using earshot = await startEmbedded({ env });
  const add = vi.spyOn(AddressStarts.prototype, 'add');
  using _spy = { [Symbol.dispose]: () => add.mockRestore() };
  await (await fetch(`${earshot.a.url}${path}`)).text();
  expect(add).toHaveBeenCalledTimes(count);
  if (count > 0) expect(add).toHaveBeenCalledWith('127.0.0.1', expect.anything());
});
