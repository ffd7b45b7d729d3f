import { setTimeout as delay } from 'node:timers/promises';
import { type Collected, Deliveries } from './deliveries.ts';
import { type DialectName, dialects } from './dialects/dialect.ts';
import { readLastPage } from './dialects/trpc.ts';
import { inParallel } from './inParallel.ts';
import { type FrameListener, Link } from './link.ts';
import { type Looped, loopFor } from './loopFor.ts';
import { microseconds, stampedContent } from './stamp.ts';

export interface Target {
  /** The system's servers: connections are dealt out over them in turn. */
  urls: string[];
  dialect: DialectName;
}

export interface WatchOrder {
  rooms: string[];
  perRoom: number;
  /** Connections to share out all watches over; without it each watch has its own. */
  connections?: number;
  /** Of all watches, every `of`-th beginning with `index` falls to this generator. */
  share: { index: number; of: number };
  /** Whether the watchers must become members first. */
  join: boolean;
}

export interface PublishOrder {
  rooms: string[];
  messages: number;
  /** 0: all at once. */
  perSecond: number;
}

export interface WriterOrder {
  rooms: string[];
  writers: number;
  /** Whether they watch their rooms too. */
  watch?: boolean;
}

/** One watcher in so many is read, for its latency; prime, so that these don't all sit in the same place of their rooms. */
const readEvery = 47;
const connectingAtOnce = 100;

/** Plays the clients of one system. */
export class Generator {
  readonly #target: Target;
  readonly #deliveries = new Deliveries();
  readonly #watchers: Link[] = [];
  readonly #writers: { link: Link; rooms: string[] }[] = [];
  #host: Promise<Link> | null = null;
  /** For connections that only call. */
  readonly #ignoring: FrameListener = {
    onSkipped() {},
    onFrame() {},
    onEnd: (reason) => this.#deliveries.onEnd(reason),
  };

  constructor(target: Target) {
    this.#target = target;
  }

  /** Rooms that the publisher may send to. */
  async makeRooms({ count }: { count: number }): Promise<string[]> {
    const host = await this.#publisher();
    const rooms: string[] = Array.from({ length: count }, () => '');
    await inParallel(count, 32, async (number) => {
      rooms[number] = await this.#dialect.makeRoom(host, number);
    });
    return rooms;
  }

  /** Resolves when all watch. */
  async watch({ rooms, perRoom, connections = rooms.length * perRoom, share, join }: WatchOrder): Promise<void> {
    const mine = (total: number) => Math.ceil((total - share.index) / share.of);
    await inParallel(mine(connections), connectingAtOnce, async (nth) => {
      const index = share.index + nth * share.of;
      const link = await this.#connect(index, `watcher-${index}`, this.#deliveries);
      this.#watchers.push(link);
      for (let watch = index; watch < rooms.length * perRoom; watch += connections) {
        const room = rooms[watch % rooms.length] ?? '';
        if (join) await this.#dialect.join(link, room);
        await this.#dialect.watch(link, room);
      }
      if (index % readEvery !== 0) link.countOnly();
    });
  }

  /** Resolves when nothing has come for this long. */
  async quiet({ ms }: { ms: number }): Promise<void> {
    for (let before = -1; before !== this.#deliveries.frames; ) {
      before = this.#deliveries.frames;
      await delay(ms);
    }
  }

  reset(): void {
    this.#deliveries.reset();
  }

  /** Resolves when all watchers together have got so many messages since `reset`. */
  collect({ deliveries, patienceMs }: { deliveries: number; patienceMs: number }): Promise<Collected> {
    return this.#deliveries.until(deliveries, patienceMs);
  }

  /** Fails when more came than were due. */
  refuseMoreThan({ deliveries }: { deliveries: number }): void {
    this.#deliveries.refuseMoreThan(deliveries);
  }

  /** Sends to the rooms in turn; resolves when all is acknowledged, with the time of the first send in microseconds. */
  async publish({ rooms, messages, perSecond }: PublishOrder): Promise<{ firstAt: number }> {
    const host = await this.#publisher();
    const firstAt = microseconds();
    const sends: Promise<void>[] = [];
    for (let number = 0; number < messages; number++) {
      const early = perSecond === 0 ? 0 : (number * 1_000) / perSecond - (microseconds() - firstAt) / 1_000;
      if (early > 0) await delay(early);
      sends.push(this.#dialect.send(host, rooms[number % rooms.length] ?? '', stampedContent()));
    }
    await Promise.all(sends);
    return { firstAt };
  }

  /** People who write: to several rooms each where there are more rooms, several to a room where there are fewer. */
  async seatWriters({ rooms, writers, watch = false }: WriterOrder): Promise<void> {
    await inParallel(writers, connectingAtOnce, async (index) => {
      const link = await this.#connect(index, `writer-${index}`, this.#ignoring);
      const own = rooms.filter((_, at) => at % writers === index % rooms.length);
      for (const room of own) {
        await this.#dialect.join(link, room);
        if (watch) await this.#dialect.watch(link, room);
      }
      this.#writers.push({ link, rooms: own });
    });
  }

  /** Every writer sends, waits for the acknowledgement, and sends again. */
  write({ ms }: { ms: number }): Promise<Looped> {
    return loopFor(ms, this.#writers, async ({ link, rooms }, round) => {
      await this.#dialect.send(link, rooms[round % rooms.length] ?? '', stampedContent());
    });
  }

  /** Every writer reads the last page of a room, and again. */
  readPages({ ms }: { ms: number }): Promise<Looped> {
    return loopFor(ms, this.#writers, async ({ link, rooms }) => readLastPage(link, rooms[0] ?? ''));
  }

  /** Lets go of the watchers. */
  dismiss(): void {
    for (const link of this.#watchers.splice(0)) link.close();
  }

  /** CPU time of this process, in microseconds. */
  cpu(): number {
    const { user, system } = process.cpuUsage();
    return user + system;
  }

  get #dialect() {
    return dialects[this.#target.dialect];
  }

  #publisher(): Promise<Link> {
    this.#host ??= this.#connect(0, 'publisher', this.#ignoring);
    return this.#host;
  }

  #connect(index: number, name: string, listener: FrameListener): Promise<Link> {
    const url = this.#target.urls[index % this.#target.urls.length] ?? '';
    return Link.open(url, this.#dialect, { name, listener });
  }
}
