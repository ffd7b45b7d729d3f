import { randomBytes } from 'node:crypto';
import type { Participant, ScenarioDriver } from './participant.ts';

export interface Scenario {
  /** What the scenario shows, for its line in the report. */
  shows: string;
  /** Number of different users. */
  users: 1 | 2;
  /** Throws an Error with the failure message. */
  run(driver: ScenarioDriver): Promise<void>;
}

/** The scenarios. Every text is unique, so that other users in the room don't interfere. */
export const scenarios = {
  join: {
    shows: 'somebody comes into the room and gets its history',
    users: 1,
    run: async (driver) => {
      await using _ = await driver.enter(0);
    },
  },

  chat: {
    shows: 'three messages arrive in order, and one who comes later finds them',
    users: 1,
    run: async (driver) => {
      await using speaker = await driver.enter(0);
      await using listener = await driver.enter(0);
      const texts = newTexts(3);
      for (const text of texts) await speaker.send(text);
      for (const text of texts) await hears(listener, text);
      expectOnceInOrder('the listener heard', messagesOf(listener), texts);
      await using latecomer = await driver.enter(0);
      expectOnceInOrder('the history has', latecomer.history, texts);
    },
  },

  'two-users': {
    shows: 'two users see each other come, talk and go',
    users: 2,
    run: async (driver) => {
      await using ann = await driver.enter(0);
      const bob = await driver.enter(1);
      try {
        await ann.until(
          `that ${bob.name} joined`,
          (observed) => observed.kind === 'joined' && observed.name === bob.name,
        );
        const [hello = '', answer = ''] = newTexts(2);
        await ann.send(hello);
        await hears(bob, hello);
        await bob.send(answer);
        await hears(ann, answer);
        expectOnceInOrder(`${bob.name} heard`, messagesOf(bob), [hello]);
        expectOnceInOrder(`${ann.name} heard`, messagesOf(ann), [answer]);
      } finally {
        await bob[Symbol.asyncDispose]();
      }
      await ann.until(`that ${bob.name} left`, (observed) => observed.kind === 'left' && observed.name === bob.name);
    },
  },

  reconnect: {
    shows: 'who lost the line comes back and has what was said meanwhile',
    users: 1,
    run: async (driver) => {
      await using traveller = await driver.enter(0);
      await using speaker = await driver.enter(0);
      const [before = '', meanwhile = '', after = ''] = newTexts(3);
      await speaker.send(before);
      await hears(traveller, before);
      traveller.disconnect();
      await speaker.send(meanwhile);
      await traveller.reconnect();
      await speaker.send(after);
      await hears(traveller, after);
      // The legacy protocol can't resume: its history repeats messages received before.
      const known = new Set([...traveller.history, ...messagesOf(traveller)]);
      expectOnceInOrder('the one who came back has', [...known], [before, meanwhile, after]);
      expectOnceInOrder(
        'since then were heard',
        messagesOf(traveller).filter((text) => text === after),
        [after],
      );
    },
  },

  'bad-frames': {
    shows: 'what no client should send is answered by an error, and the connection goes on',
    users: 1,
    run: (driver) => driver.sendBadFrames(),
  },
} as const satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof scenarios;

function newTexts(count: number): string[] {
  const mark = randomBytes(3).toString('hex');
  return Array.from({ length: count }, (_, at) => `monitor ${mark} ${at + 1} of ${count}`);
}

async function hears(listener: Participant, text: string): Promise<void> {
  await listener.until(`“${text}”`, (observed) => observed.kind === 'message' && observed.text === text);
}

const messagesOf = ({ events }: Participant) => events.flatMap((one) => (one.kind === 'message' ? [one.text] : []));

/** Checks only the scenario's own texts. */
function expectOnceInOrder(where: string, found: readonly string[], texts: readonly string[]): void {
  const own = found.filter((text) => texts.includes(text));
  if (own.join('\n') !== texts.join('\n')) {
    throw new Error(`${where} ${JSON.stringify(own)} instead of ${JSON.stringify(texts)}`);
  }
}
