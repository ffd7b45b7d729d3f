import { setTimeout as delay } from 'node:timers/promises';
import { type LatencyFigures, latencyFigures } from '../figures.ts';
import { type Arrivals, ChatUser } from './chatUser.ts';
import { Deliveries } from './deliveries.ts';
import type { FrameListener, Link } from './link.ts';
import type { Protocol } from './protocols/protocol.ts';
import { contentWith, microseconds, uniqueStamp } from './stamp.ts';

export interface TalkOrder {
  messages: number;
  /** Rate over all rooms together. Without it each user sends, waits for the acknowledgement, and sends again. */
  perSecond: number | null;
}

export interface Talked {
  messages: number;
  /** Milliseconds from the first send to the last acknowledgement or arrival. */
  ms: number;
  /** From a send to its acknowledgement, to the author's own event, and to the events of the others. */
  acknowledged: LatencyFigures;
  own: LatencyFigures;
  others: LatencyFigures;
}

/** Milliseconds without any arrival after which missing ones count as lost. */
const timeoutMs = 15_000;

/** Users who send in a closed loop. More would only wait: ten thousand sends at once are a burst, not a chat. */
const mostSenders = 500;

interface Participant {
  user: ChatUser;
  link: Link;
  room: string;
  /** Messages that the user has sent. */
  sent: number;
}

/** Users in rooms, each of whom watches and sends over one connection, as real clients do. */
export class Chat {
  readonly #protocol: Protocol;
  readonly #deliveries = new Deliveries();
  readonly #users: Participant[] = [];

  constructor(protocol: Protocol) {
    this.#protocol = protocol;
  }

  /** Adds a user to a room; resolves when the watch has started. */
  async join(room: string, connect: (listener: FrameListener) => Promise<Link>): Promise<void> {
    const user = new ChatUser(this.#deliveries, { own: [], others: [] });
    const link = await connect(user);
    await this.#protocol.join(link, room);
    await this.#protocol.watch(link, room);
    this.#users.push({ user, link, room, sent: 0 });
  }

  /** Resolves when everyone in a room has received all of its messages. Rejects if one is lost or arrives twice. */
  async talk({ messages, perSecond }: TalkOrder): Promise<Talked> {
    const arrivals: Arrivals = { own: [], others: [] };
    const acknowledged: number[] = [];
    this.#deliveries.reset();
    for (const one of this.#users) {
      one.sent = 0;
      one.user.reset(arrivals);
    }
    const startedAt = microseconds();
    const send = async (one: Participant) => {
      acknowledged.push(await this.#send(one));
    };
    await (perSecond === null ? this.#inTurn(messages, send) : this.#paced(messages, perSecond, send));
    const acknowledgedAt = microseconds();
    const { lastAt } = await this.#deliveries.until(this.#due(), timeoutMs);
    this.#check();
    return {
      messages,
      ms: (Math.max(lastAt, acknowledgedAt) - startedAt) / 1_000,
      acknowledged: latencyFigures(acknowledged),
      own: latencyFigures(arrivals.own),
      others: latencyFigures(arrivals.others),
    };
  }

  /** Closed loop: each sender has one send pending, until all messages are sent. */
  async #inTurn(messages: number, send: (one: Participant) => Promise<void>): Promise<void> {
    let left = messages;
    await Promise.all(
      this.#users.slice(0, mostSenders).map(async (one) => {
        while (left > 0) {
          left -= 1;
          await send(one);
        }
      }),
    );
  }

  /** Open loop: users send in turn at a fixed rate, and no send waits for another. */
  async #paced(messages: number, perSecond: number, send: (one: Participant) => Promise<void>): Promise<void> {
    const failed = Promise.withResolvers<never>();
    const all = Promise.withResolvers<void>();
    let open = messages;
    const settle = () => {
      open -= 1;
      if (open === 0) all.resolve();
    };
    const startedAt = microseconds();
    const run = async () => {
      for (let number = 0; number < messages; number++) {
        const early = (number * 1_000) / perSecond - (microseconds() - startedAt) / 1_000;
        if (early > 0) await delay(early);
        const one = this.#users[number % this.#users.length];
        if (one !== undefined) send(one).then(settle, failed.reject);
      }
      await all.promise;
    };
    await Promise.race([run(), failed.promise]);
  }

  /** Resolves with the milliseconds until the acknowledgement. */
  async #send(one: Participant): Promise<number> {
    const stamp = uniqueStamp();
    one.sent += 1;
    one.user.sends(stamp);
    await this.#protocol.send(one.link, one.room, contentWith(stamp));
    return (microseconds() - stamp) / 1_000;
  }

  /** Messages in each room. */
  #sent(): Map<string, number> {
    const sent = new Map<string, number>();
    for (const one of this.#users) sent.set(one.room, (sent.get(one.room) ?? 0) + one.sent);
    return sent;
  }

  #due(): number {
    const sent = this.#sent();
    return this.#users.reduce((sum, { room }) => sum + (sent.get(room) ?? 0), 0);
  }

  /** A message lost by one user and repeated to another would not change the sum. */
  #check(): void {
    const sent = this.#sent();
    const wrong = this.#users.find(({ room, user }) => user.received !== sent.get(room));
    if (wrong === undefined) return;
    throw new Error(`a user received ${wrong.user.received} messages of the ${sent.get(wrong.room)} in the room`);
  }
}
