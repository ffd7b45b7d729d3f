import { TRPCClientError } from '@trpc/client';
import { describe, expect, test } from 'vitest';
import { somewhere } from '../resources/places.ts';
import { clusterSettings, startPair, startServer } from '../resources/server.ts';
import { stockClient } from '../resources/stockClient.ts';

const isLimited = (error: unknown) =>
  error instanceof TRPCClientError && error.data?.errorCode === 'RATE_LIMITED' && error.data.retryAfterMs > 0;

/** Calls until a call is refused. Returns the number of calls that were not. */
async function callsUntilRefused(call: () => Promise<unknown>, max = 1_000): Promise<number> {
  for (let done = 0; done < max; done += 1) {
    try {
      await call();
    } catch (error) {
      if (isLimited(error)) return done;
      throw error;
    }
  }
  return max;
}

const slow = { SEND_RATE: '0.001', SEND_BURST: '40' };

describe('limits over two instances', () => {
  test('sends: a user who was refused by one instance is refused by the other', async () => {
    await using earshot = await startPair({ env: slow });
    using onA = stockClient(earshot.a.url, { username: 'Ada' });
    using onB = stockClient(earshot.b.url, { username: 'Ada' });
    using other = stockClient(earshot.b.url, { username: 'Bob' });
    const { room } = await onA.api.rooms.join.mutate({ location: somewhere() });
    await other.api.rooms.join.mutate({ roomId: room.id });
    const send = (client: typeof onA) => client.api.messages.send.mutate({ roomId: room.id, content: 'x' });
    expect(await callsUntilRefused(() => send(onA))).toBe(40);
    expect(await callsUntilRefused(() => send(onB))).toBeLessThanOrEqual(40);
    await expect.poll(() => send(onB).catch(isLimited)).toBe(true);
    await send(other);
    const metrics = await (await fetch(`${earshot.b.url}/metrics`)).text();
    expect(metrics).toMatch(/^earshot_refusals_total\{limit="sends",by="user"\} [1-9]/m);
  });

  test('a user on three instances at full speed exceeds the burst once, and pays for it afterwards', async () => {
    const env = { ...clusterSettings(), SEND_RATE: '20', SEND_BURST: '20' };
    await using stack = new AsyncDisposableStack();
    const servers = [];
    for (let n = 0; n < 3; n += 1) servers.push(stack.use(await startServer({ env })));
    const clients = servers.map(({ url }) => stack.use(stockClient(url, { username: 'Ada' })));
    const { room } = (await clients[0]?.api.rooms.join.mutate({ location: somewhere() })) ?? {};
    const startedAt = performance.now();
    let sent = 0;
    const flood = async ({ api }: (typeof clients)[number]) => {
      while (performance.now() - startedAt < 4_000) {
        const calls = Array.from({ length: 5 }, () =>
          api.messages.send.mutate({ roomId: room?.id ?? '', content: 'x' }),
        );
        for (const { status } of await Promise.allSettled(calls)) if (status === 'fulfilled') sent += 1;
      }
    };
    await Promise.all(clients.map(flood));
    const seconds = (performance.now() - startedAt) / 1_000;
    expect(sent).toBeLessThanOrEqual(3 * 20 + 20 * seconds);
  });

  test('guests and new rooms', async () => {
    await using earshot = await startPair({ env: { SEND_RATE: '1000', SEND_BURST: '1000' } });
    using onA = stockClient(earshot.a.url, { username: 'Ada' });
    using onB = stockClient(earshot.b.url, { username: 'Ada' });
    const guest = (client: typeof onA) => client.api.auth.guest.mutate({ username: 'Guest' });
    expect(await callsUntilRefused(() => guest(onA))).toBeGreaterThanOrEqual(100);
    expect(await callsUntilRefused(() => guest(onB))).toBeLessThanOrEqual(110);
    const join = (client: typeof onA) => client.api.rooms.join.mutate({ location: somewhere() });
    expect(await callsUntilRefused(() => join(onA))).toBeGreaterThanOrEqual(20);
    const onOther = await callsUntilRefused(() => join(onB));
    expect(onOther).toBeLessThanOrEqual(21);
    await expect.poll(() => join(onB).catch(isLimited)).toBe(true);
  });
});
