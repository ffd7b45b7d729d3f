import { AddressedClient, type Outcome } from './addressedClient.ts';

export interface Attack {
  /** The answers that attackers received, by error code; `done` for results. */
  readonly answers: Map<string, number>;
  /** Opens idle sockets in addition. Resolves to the number of those that were refused. */
  openIdle(count: number): Promise<number>;
  stop(): Promise<void>;
}

const callsAtOnce = 10;

interface AttackOptions {
  /** The address of all attackers. */
  address: string;
  attackers: number;
  roomId: string;
  /** Milliseconds that an attacker waits after each answered batch of calls. */
  pauseMs?: number;
}

/** Attackers of one address who call without pauses: sends, joins, new rooms, searches and new guests, under ever new names. */
export function attack(url: string, { address, attackers, roomId, pauseMs = 0 }: AttackOptions): Attack {
  const answers = new Map<string, number>();
  const note = ({ errorCode }: Outcome) => {
    const key = errorCode ?? 'done';
    answers.set(key, (answers.get(key) ?? 0) + 1);
  };
  const idle: AddressedClient[] = [];
  let isStopped = false;
  let names = 0;

  async function open(): Promise<AddressedClient | null> {
    names += 1;
    try {
      return await AddressedClient.open(url, address, `Eve ${names}`);
    } catch {
      return null;
    }
  }

  function someCall(client: AddressedClient, n: number): Promise<Outcome> {
    const location = { latitude: (n % 60) + 0.5, longitude: names % 90 };
    switch (n % 4) {
      case 0:
        return client.call('mutation', 'rooms.join', { roomId });
      case 1:
        return client.call('mutation', 'messages.send', { roomId, content: 'buy now' });
      case 2:
        return client.call('mutation', 'auth.guest', { username: `Eve ${n}` });
      default:
        return client.call('mutation', 'rooms.join', { location });
    }
  }

  async function run(): Promise<void> {
    while (!isStopped) {
      using client = await open();
      for (let round = 0; client?.isOpen && !isStopped && round < 50; round += 1) {
        const calls = Array.from({ length: callsAtOnce }, (_, n) => someCall(client, round * callsAtOnce + n));
        for (const outcome of await Promise.all(calls)) note(outcome);
        if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
      await new Promise((resolve) => setTimeout(resolve, 20)); // a refused upgrade is not repeated at once
    }
  }

  const running = Array.from({ length: attackers }, run);
  return {
    answers,
    openIdle: async (count) => {
      const opened = await Promise.all(Array.from({ length: count }, open));
      for (const client of opened) if (client !== null) idle.push(client);
      return opened.filter((client) => client === null).length;
    },
    stop: async () => {
      isStopped = true;
      await Promise.all(running);
      for (const client of idle) client[Symbol.dispose]();
    },
  };
}
