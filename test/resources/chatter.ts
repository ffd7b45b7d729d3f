import { createEarshotClient, type RoomTarget, type RoomWatch } from '@earshot/client';

/** Number of messages in flight at once. */
const atOnce = 50;
const fewAtOnce = 5;

export interface Chatter extends AsyncDisposable {
  readonly room: RoomWatch;
  /** Sends `message <n>` for each number of the range, in order. */
  count(from: number, to: number): Promise<void>;
  /** Sends the same at `perSecond`, if the server keeps up. */
  pace(from: number, to: number, perSecond: number): Promise<void>;
}

/** Starts a client that sends many messages. */
export async function startChatter(url: string, username: string, target: RoomTarget): Promise<Chatter> {
  const client = createEarshotClient({ url, username });
  const room = await client.watchRoom(target);
  async function say(from: number, to: number): Promise<void> {
    const numbers = Array.from({ length: to - from + 1 }, (_, index) => from + index);
    await Promise.all(numbers.map((number) => room.send(`message ${number}${tail(number)}`)));
  }
  return {
    room,
    count: async (from, to) => {
      for (let first = from; first <= to; first += atOnce) await say(first, Math.min(to, first + atOnce - 1));
    },
    pace: async (from, to, perSecond) => {
      const began = performance.now();
      for (let first = from; first <= to; first += fewAtOnce) {
        const last = Math.min(to, first + fewAtOnce - 1);
        const dueMs = began + ((last + 1 - from) * 1_000) / perSecond - performance.now();
        await Promise.all([say(first, last), new Promise((resolve) => setTimeout(resolve, Math.max(0, dueMs)))]);
      }
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
}

/** Varies the length of messages, so that rows have many heights. */
const tail = (number: number) => ' and so on'.repeat((number * 7) % 13) + (number % 11 === 0 ? '\nand on' : '');
