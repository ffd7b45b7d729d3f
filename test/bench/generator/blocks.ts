import { inParallel } from './inParallel.ts';
import type { Link } from './link.ts';
import { blockUsers, listPresent } from './protocols/trpc.ts';

export interface BlockOrder {
  roomId: string;
  /** Number of watchers who block. */
  watchers: number;
  /** Number of present users whom each of them blocks. */
  users: number;
}

interface Connections {
  /** A member of the room. */
  host: Link;
  /** Opens one more connection of a watcher. */
  connect(index: number, name: string): Promise<Link>;
}

/** The first watchers block others who are present, over one more connection each. The running watches begin again. */
export async function block({ roomId, watchers, users }: BlockOrder, { host, connect }: Connections): Promise<void> {
  const present = await listPresent(host, roomId);
  await inParallel(watchers, 20, async (index) => {
    const name = watcherName(index);
    const blocked = present.filter(({ username }) => username !== name).slice(0, users);
    if (blocked.length < users) throw new Error(`${name} can’t block ${users} of ${present.length} present users`);
    const link = await connect(index, name);
    await blockUsers(link, blocked);
    link.close();
  });
}

export const watcherName = (index: number): string => `watcher-${index}`;
