import { randomUUID } from 'node:crypto';
import type { User } from '@earshot/shared';
import type { Cluster, Redis, Result } from 'ioredis';
import { GroupCommit } from '../../async/groupCommit.ts';
import * as scripts from './scripts.ts';

type Args = (string | number)[];
type EnterReply = [flag: number, count: number, former: string];
type LeaveReply = [flag: number, count: number];

declare module 'ioredis' {
  interface RedisCommander<Context> {
    presenceRegister(...args: (string | number)[]): Result<number, Context>;
    presenceRenew(...args: (string | number)[]): Result<number, Context>;
    presenceEnter(keyCount: number, ...args: Args): Result<EnterReply[], Context>;
    presenceLeave(keyCount: number, ...args: Args): Result<LeaveReply[], Context>;
    presenceRelease(...args: (string | number)[]): Result<[string, string, number][] | null, Context>;
  }
}

export interface RoomUser {
  roomId: string;
  user: User;
}

/**
 * The state of an instance in Redis: its entries are known, another instance removed them, or nothing is known (it is new, or data was
 * lost).
 */
export type LeaseStatus = 'known' | 'reaped' | 'unknown';

/** The instance has no lease: it must register, and enter its users again. */
export const noLease = Symbol('no lease');

/** A change of a user's presence in a room, with the script's arguments for it. */
interface Change {
  roomId: string;
  args: Args;
}

/** Maximum number of changes in one call of a script, during which Redis does nothing else: about half a millisecond. */
const changesPerCall = 128;
const usersPerRelease = 200;
const usersPerScan = 250;

/** The presence of all instances in Redis, accessed from one of them. */
export class PresenceTable {
  readonly #redis: Redis | Cluster;
  readonly #prefix: string;
  readonly #leaseMs: number;
  readonly #instance = randomUUID();
  readonly #enters: GroupCommit<Change, EnterReply | undefined>;
  readonly #leaves: GroupCommit<Change, LeaveReply | undefined>;
  /** Bumped when a command's outcome is unknown, so scripts reject older commands. */
  #epoch = 0;

  constructor(redis: Redis | Cluster, { prefix, leaseMs }: { prefix: string; leaseMs: number }) {
    this.#redis = redis;
    this.#prefix = prefix;
    this.#leaseMs = leaseMs;
    redis.defineCommand('presenceRegister', { lua: scripts.register, numberOfKeys: 3 });
    redis.defineCommand('presenceRenew', { lua: scripts.renew, numberOfKeys: 2 });
    redis.defineCommand('presenceEnter', { lua: scripts.enter });
    redis.defineCommand('presenceLeave', { lua: scripts.leave });
    redis.defineCommand('presenceRelease', { lua: scripts.release, numberOfKeys: 2 });
    this.#enters = this.#gather((keyCount, ...args) => redis.presenceEnter(keyCount, ...args));
    this.#leaves = this.#gather((keyCount, ...args) => redis.presenceLeave(keyCount, ...args));
  }

  /** Must be called when a command's outcome is unknown: scripts then reject that command if it arrives late. */
  nextEpoch(): void {
    this.#epoch += 1;
  }

  /** Acquires a lease. */
  async register(): Promise<LeaseStatus> {
    const keys = [...this.#shared, `${this.#prefix}reaped:${this.#instance}`];
    const reply = await this.#redis.presenceRegister(...keys, ...this.#self, this.#leaseMs);
    if (reply === 2) {
      void this.#redis.del(...keys.slice(2)).catch(() => {}); // received; a repeat is harmless
      return 'reaped';
    }
    return reply === 1 ? 'known' : 'unknown';
  }

  /** Resolves to whether there was a lease to renew. */
  async renew(): Promise<boolean> {
    return (await this.#redis.presenceRenew(...this.#shared, ...this.#self, this.#leaseMs)) === 1;
  }

  /** Makes the user present through this instance. A repeat only updates the name. */
  async enter({ roomId, user }: RoomUser, capacity: number) {
    const { userId, username } = user;
    const args = [memberKey(roomId, userId), userId, JSON.stringify([userId, username]), capacity];
    const reply = await this.#enters.add({ roomId, args });
    if (reply === undefined) return noLease;
    const [flag, userCount, former] = reply;
    const formerName = former === '' ? undefined : readUser(former).username;
    return { isFull: flag === -2, hasJoined: flag === 1, userCount, formerName };
  }

  /** Ends the user's presence through this instance. A repeat has no effect. */
  async leave({ roomId, user: { userId } }: RoomUser) {
    const reply = await this.#leaves.add({ roomId, args: [memberKey(roomId, userId), userId] });
    if (reply === undefined) return noLease;
    const [flag, userCount] = reply;
    return { hasLeft: flag === 1, userCount };
  }

  /** Combines the changes of one tick of the event loop into calls of a script: a thousand returning users cause a few calls. */
  #gather<Reply>(call: (keyCount: number, ...args: Args) => Promise<Reply[]>): GroupCommit<Change, Reply | undefined> {
    return new GroupCommit({
      maxBatch: changesPerCall,
      concurrency: Number.POSITIVE_INFINITY, // the caller keeps the changes of one user in one room in order
      write: async (batch) => {
        const changes = batch.map(({ item }) => item);
        const rooms = changes.flatMap(({ roomId }) => [`room:${roomId}`, `users:${roomId}`]);
        const keys = [...this.#shared, ...[`held:${this.#instance}`, ...rooms].map((name) => this.#prefix + name)];
        const replies = await call(keys.length, ...keys, ...this.#self, ...changes.flatMap(({ args }) => args));
        for (const [i, { resolve }] of batch.entries()) resolve(replies[i]);
      },
    });
  }

  /**
   * Removes a batch of entries of an instance with an expired lease. Returns the users who are no longer present; null when there is no
   * such instance.
   */
  async releaseExpired() {
    const left = await this.#redis.presenceRelease(...this.#shared, this.#prefix, usersPerRelease, '');
    return left?.map(([roomId, user, userCount]) => ({ roomId, user: readUser(user), userCount })) ?? null;
  }

  /** Removes all entries of this instance, and its lease. */
  async releaseOwn(): Promise<void> {
    const args = [...this.#shared, this.#prefix, usersPerRelease, this.#instance];
    while ((await this.#redis.presenceRelease(...args)) !== null);
  }

  count(roomId: string): Promise<number> {
    return this.#redis.hlen(`${this.#prefix}room:${roomId}`);
  }

  /** Returns whether the user is present through any instance, and the number of present users. */
  async statusOf(roomId: string, userId: string): Promise<{ isPresent: boolean; userCount: number }> {
    const present = this.#redis.hexists(`${this.#prefix}room:${roomId}`, userId);
    const [found, userCount] = await Promise.all([present, this.count(roomId)]);
    return { isPresent: found === 1, userCount };
  }

  /** Returns the users who are present through this instance according to Redis; see `memberKey`. */
  held(): Promise<string[]> {
    return this.#redis.smembers(`${this.#prefix}held:${this.#instance}`);
  }

  /** Lists present users, at most `limit`, each once. Users who join or leave during the read may be missing. */
  async users(roomId: string, limit: number): Promise<User[]> {
    const users = new Map<string, User>();
    let cursor = '0';
    do {
      const [next, fields] = await this.#redis.hscan(`${this.#prefix}users:${roomId}`, cursor, 'COUNT', usersPerScan);
      for (let at = 1; at < fields.length && users.size < limit; at += 2) {
        const user = readUser(fields[at] ?? '');
        users.set(user.userId, user);
      }
      cursor = next;
    } while (cursor !== '0' && users.size < limit);
    return [...users.values()];
  }

  get #shared(): string[] {
    return [`${this.#prefix}leases`, `${this.#prefix}epochs`];
  }

  get #self(): (string | number)[] {
    return [this.#instance, this.#epoch];
  }
}

/** Ids may contain any character, so no separator is safe: JSON. Lone surrogates would break the JSON decoder in Lua. */
export function memberKey(roomId: string, userId: string): string {
  return JSON.stringify([roomId.toWellFormed(), userId.toWellFormed()]);
}

/** Returns the room and user of a member, without a username. */
export function roomUserOf(member: string): RoomUser {
  const [roomId, userId]: [string, string] = JSON.parse(member);
  return { roomId, user: { userId, username: '' } };
}

function readUser(text: string): User {
  const [userId, username]: [string, string] = JSON.parse(text);
  return { userId, username };
}
