import { setTimeout as delay } from 'node:timers/promises';
import { type BlockOrder, block, watcherName } from './blocks.ts';
import { Chat, type Talked, type TalkOrder } from './chat.ts';
import { type Collected, Deliveries } from './deliveries.ts';
import { inParallel } from './inParallel.ts';
import { type FrameListener, Link } from './link.ts';
import { type Looped, loopFor } from './loopFor.ts';
import { type ProtocolName, protocols } from './protocols/protocols.ts';
import { readLastPage } from './protocols/trpc.ts';
import { microseconds, stampedContent } from './stamp.ts';

export interface Target {
  /** The system's servers. Connections are distributed over them in turn. */
  urls: string[];
  protocol: ProtocolName;
}

export interface WatchOrder {
  rooms: string[];
  perRoom: number;
  /** Number of connections that carry all watches; without it each watch has its own connection. */
  connections?: number;
  /** This generator runs every `of`-th watch, beginning with `index`. */
  share: { index: number; of: number };
  /** Whether the watchers must join as members first. */
  join: boolean;
  /** The id of the event after which the watches resume: only of Earshot. */
  after?: string;
  /** Whether the watchers are new users, not those of orders without this option. */
  areNew?: boolean;
}

export interface PublishOrder {
  rooms: string[];
  messages: number;
  /** Messages per second; 0 sends all at once. */
  perSecond: number;
}

export interface WriterOrder {
  rooms: string[];
  writers: number;
  /** Whether the writers watch their rooms too. */
  watch?: boolean;
}

export interface ChatOrder {
  rooms: string[];
  usersPerRoom: number;
}

/**
 * The frames of one watcher in this many are read, for the latency. A prime, so that these watchers have different
 * positions in their rooms.
 */
const readEvery = 47;
const connectingAtOnce = 100;

/** Simulates the clients of one system. */
export class Generator {
  readonly #target: Target;
  readonly #deliveries = new Deliveries();
  readonly #watchers: Link[] = [];
  readonly #writers: { link: Link; rooms: string[] }[] = [];
  readonly #chat: Chat;
  #host: Promise<Link> | null = null;
  /** The listener of connections that only make calls. */
  readonly #ignoring: FrameListener = {
    onSkipped() {},
    onFrame() {},
    onEnd: (reason) => this.#deliveries.onEnd(reason),
  };

  constructor(target: Target) {
    this.#target = target;
    this.#chat = new Chat(protocols[target.protocol]);
  }

  /** Creates rooms to which the publisher may send. */
  async makeRooms({ count }: { count: number }): Promise<string[]> {
    const host = await this.#publisher();
    const rooms: string[] = Array.from({ length: count }, () => '');
    await inParallel(count, 32, async (number) => {
      rooms[number] = await this.#protocol.makeRoom(host, number);
    });
    return rooms;
  }

  /** Resolves when all watches have started, with the milliseconds of each connection from its opening until then. */
  async watch({
    rooms,
    perRoom,
    connections = rooms.length * perRoom,
    share,
    join,
    after,
    areNew = false,
  }: WatchOrder): Promise<number[]> {
    const untilLive: number[] = [];
    const mine = (total: number) => Math.ceil((total - share.index) / share.of);
    await inParallel(mine(connections), connectingAtOnce, async (nth) => {
      const index = share.index + nth * share.of;
      const openedAt = microseconds();
      const link = await this.#connect(index, areNew ? `newcomer-${index}` : watcherName(index), this.#deliveries);
      this.#watchers.push(link);
      for (let watch = index; watch < rooms.length * perRoom; watch += connections) {
        const room = rooms[watch % rooms.length] ?? '';
        if (join) await this.#protocol.join(link, room);
        await this.#protocol.watch(link, room, after);
      }
      untilLive.push((microseconds() - openedAt) / 1_000);
      if (index % readEvery !== 0) link.countOnly();
    });
    return untilLive;
  }

  /** Watchers block others who are present: only of Earshot. Call it after `watch`. */
  async block(order: BlockOrder): Promise<void> {
    const connect = (index: number, name: string) => this.#connect(index, name, this.#ignoring);
    await block(order, { host: await this.#publisher(), connect });
  }

  /** Resolves when no frame has arrived for this long. */
  async quiet({ ms }: { ms: number }): Promise<void> {
    for (let before = -1; before !== this.#deliveries.frames; ) {
      before = this.#deliveries.frames;
      await delay(ms);
    }
  }

  reset(): void {
    this.#deliveries.reset();
  }

  /** Resolves when all watchers together have received this many messages since `reset`. */
  collect({ deliveries, timeoutMs }: { deliveries: number; timeoutMs: number }): Promise<Collected> {
    return this.#deliveries.until(deliveries, timeoutMs);
  }

  /** Throws if more messages arrived than expected. */
  refuseMoreThan({ deliveries }: { deliveries: number }): void {
    this.#deliveries.refuseMoreThan(deliveries);
  }

  /** Sends to the rooms in turn. Resolves when all messages are acknowledged, with the time of the first send in microseconds. */
  async publish({ rooms, messages, perSecond }: PublishOrder): Promise<{ firstAt: number }> {
    const host = await this.#publisher();
    const firstAt = microseconds();
    const sends: Promise<void>[] = [];
    for (let number = 0; number < messages; number++) {
      const early = perSecond === 0 ? 0 : (number * 1_000) / perSecond - (microseconds() - firstAt) / 1_000;
      if (early > 0) await delay(early);
      sends.push(this.#protocol.send(host, rooms[number % rooms.length] ?? '', stampedContent()));
    }
    await Promise.all(sends);
    return { firstAt };
  }

  /** Creates the writers. If there are more rooms than writers, each writes to several rooms; otherwise several share a room. */
  async joinWriters({ rooms, writers, watch = false }: WriterOrder): Promise<void> {
    await inParallel(writers, connectingAtOnce, async (index) => {
      const link = await this.#connect(index, `writer-${index}`, this.#ignoring);
      const own = rooms.filter((_, at) => at % writers === index % rooms.length);
      for (const room of own) {
        await this.#protocol.join(link, room);
        if (watch) await this.#protocol.watch(link, room);
      }
      this.#writers.push({ link, rooms: own });
    });
  }

  /** Every writer sends, waits for the acknowledgement, and repeats. */
  write({ ms }: { ms: number }): Promise<Looped> {
    return loopFor(ms, this.#writers, async ({ link, rooms }, round) => {
      await this.#protocol.send(link, rooms[round % rooms.length] ?? '', stampedContent());
    });
  }

  /** Every writer reads the last page of a room, and repeats. */
  readPages({ ms }: { ms: number }): Promise<Looped> {
    return loopFor(ms, this.#writers, async ({ link, rooms }) => readLastPage(link, rooms[0] ?? ''));
  }

  /** Adds users to each room, who watch and send over one connection each. */
  async joinChat({ rooms, usersPerRoom }: ChatOrder): Promise<void> {
    await inParallel(rooms.length * usersPerRoom, connectingAtOnce, async (index) => {
      const connect = (listener: FrameListener) => this.#connect(index, `user-${index}`, listener);
      await this.#chat.join(rooms[index % rooms.length] ?? '', connect);
    });
  }

  /** Resolves when the users of the chat have received every message. */
  talk(order: TalkOrder): Promise<Talked> {
    return this.#chat.talk(order);
  }

  /** Closes the watchers' connections. */
  dismiss(): void {
    for (const link of this.#watchers.splice(0)) link.close();
  }

  /** CPU time of this process, in microseconds. */
  cpu(): number {
    const { user, system } = process.cpuUsage();
    return user + system;
  }

  get #protocol() {
    return protocols[this.#target.protocol];
  }

  #publisher(): Promise<Link> {
    this.#host ??= this.#connect(0, 'publisher', this.#ignoring);
    return this.#host;
  }

  #connect(index: number, name: string, listener: FrameListener): Promise<Link> {
    const url = this.#target.urls[index % this.#target.urls.length] ?? '';
    return Link.open(url, this.#protocol, { name, listener });
  }
}
