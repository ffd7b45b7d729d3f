import type { Message } from '@earshot/shared';
import { eventually } from './collect.ts';
import { someLocationId } from './legacyClient.ts';
import type { Deployment } from './server.ts';
import { type StockClient, stockClient } from './stockClient.ts';
import { upTo } from './stores.ts';

/** A user whom Wanda blocks. Whatever is of such a user contains the word `blocked`. */
export const blockedUser = (n: number) => ({ userId: `blocked-${n}`, username: `Blocked ${n}` });

/** Whether anything in the value is of a blocked user. */
export const hasBlocked = (value: unknown): boolean => /blocked/i.test(JSON.stringify(value));

export interface BlockedRoom extends AsyncDisposable {
  /** Also its location. */
  roomId: string;
  location: { latitude: number; longitude: number };
  /** A member whom nobody blocks. */
  ada: StockClient;
  /** Users of Wanda's blocks, connected. */
  blocked: StockClient[];
  say(client: StockClient, content: string): Promise<Message>;
  /** Sends a message of each blocked user, by HTTP. */
  sendOfAll(): Promise<void>;
}

interface Sizes {
  members: number;
  /** Members who are blocked. */
  blocked: number;
  /** Blocked users who are connected. */
  connected: number;
}

/** A room that both wires know by one name, with its members. */
export async function openBlockedRoom({ a, b }: Deployment, sizes: Sizes): Promise<BlockedRoom> {
  await using stack = new AsyncDisposableStack();
  const roomId = someLocationId();
  const [latitude = 0, longitude = 0] = roomId.split('_').map(Number);
  // A busy machine may not answer in time.
  const post = (path: string, body: object) =>
    eventually(async () => {
      const response = await fetch(`${b.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ location_id: roomId, ...body }),
      });
      if (!response.ok && response.status !== 503) throw new Error(`${path}: ${await response.text()}`);
      return response.ok;
    }, 60_000);
  const users = upTo(sizes.members).map((n) =>
    n <= sizes.blocked ? blockedUser(n) : { userId: `m${n}`, username: `M${n}` },
  );
  await post('/join', { user_id: 'ada', username: 'Ada' }); // she makes the room
  await inBatches(users, ({ userId, username }) => post('/join', { user_id: userId, username }));
  const join = async (url: string, user: { userId: string; username: string }) => {
    const client = stack.use(stockClient(url, user));
    await client.api.rooms.join.mutate({ roomId });
    return client;
  };
  const ada = await join(a.url, { userId: 'ada', username: 'Ada' });
  const blocked = await Promise.all(upTo(sizes.connected).map((n) => join(n % 2 ? a.url : b.url, blockedUser(n))));
  const held = stack.move();
  return {
    ...{ roomId, location: { latitude, longitude }, ada, blocked },
    say: (client, content) => client.api.messages.send.mutate({ roomId, content }),
    sendOfAll: () =>
      inBatches(users.slice(0, sizes.blocked), ({ userId, username }) =>
        post('/messages', { user_id: userId, username, content: 'of a blocked user' }),
      ),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

async function inBatches<T>(items: readonly T[], run: (item: T) => Promise<unknown>): Promise<void> {
  for (let at = 0; at < items.length; at += 20) await Promise.all(items.slice(at, at + 20).map(run));
}
