import { createEarshotClient, type RoomTarget, type RoomWatch } from '@earshot/client';

/** How many messages are under way at once. */
const atOnce = 50;

export interface Talker extends AsyncDisposable {
  readonly room: RoomWatch;
  /** Says `message <n>` for each number of the range, in its order. */
  count(from: number, to: number): Promise<void>;
}

/** Somebody who says a lot. */
export async function startTalker(url: string, username: string, target: RoomTarget): Promise<Talker> {
  const client = createEarshotClient({ url, username });
  const room = await client.watchRoom(target);
  return {
    room,
    count: async (from, to) => {
      for (let first = from; first <= to; first += atOnce) {
        const last = Math.min(to, first + atOnce - 1);
        const numbers = Array.from({ length: last - first + 1 }, (_, index) => first + index);
        await Promise.all(numbers.map((number) => room.send(`message ${number}${tail(number)}`)));
      }
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
}

/** Messages of many lengths: rows of many heights. */
const tail = (number: number) => ' and so on'.repeat((number * 7) % 13) + (number % 11 === 0 ? '\nand on' : '');
