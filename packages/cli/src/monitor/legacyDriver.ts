import { WebSocket } from 'ws';
import { z } from 'zod';
import { EventLog, untilAborted } from './eventLog.ts';
import { type Identity, monitorName } from './identity.ts';
import { parseJson } from './json.ts';
import type { ObservedEvent, Participant, ScenarioDriver, ScenarioDriverOptions } from './participant.ts';
import { sendBadLegacyFrames } from './sendBadLegacyFrames.ts';
import { legacyAddress, type RoomName } from './target.ts';
import { joinFrame, pathOf } from './watchLegacy.ts';

/** Runs scenarios over the legacy protocol. Without a given room, it creates one with a new name. */
export function legacyDriver({ base, room, users, signal }: ScenarioDriverOptions): ScenarioDriver {
  const newName = monitorName();
  const target = room ?? { text: newName, id: newName };
  return {
    enter: (user) => enterRoom({ base, room: target, identity: users[user], signal }),
    sendBadFrames: () => sendBadLegacyFrames({ base, path: pathOf(target), identity: users[0], signal }),
  };
}

interface EnterOptions {
  base: string;
  room: RoomName;
  identity: Identity;
  signal: AbortSignal;
}

async function enterRoom(options: EnterOptions): Promise<Participant> {
  const eventLog = new EventLog(options.signal);
  const history: string[] = [];
  let socket = await connect(options, eventLog, history);
  return {
    name: options.identity.username,
    history,
    events: eventLog.events,
    until: (description, matches) => eventLog.until(description, matches),
    send: async (content) => socket.send(JSON.stringify({ type: 'Message', data: { content } })),
    disconnect: () => socket.terminate(),
    reconnect: async () => {
      socket = await connect(options, eventLog, history);
    },
    [Symbol.asyncDispose]: async () => {
      if (socket.readyState === socket.CLOSED) return;
      const closed = new Promise((resolve) => socket.once('close', resolve));
      socket.close(1000);
      await closed;
    },
  };
}

/** Connects and joins. Resolves when the history has arrived. */
async function connect(
  { base, room, identity, signal }: EnterOptions,
  eventLog: EventLog,
  history: string[],
): Promise<WebSocket> {
  const socket = new WebSocket(legacyAddress(base, pathOf(room)));
  const joined = untilAborted<void>(signal, 'the room’s history', (resolve, reject) => {
    socket.on('error', reject);
    socket.on('close', (code) => reject(new Error(`the connection closed (${code})`)));
    socket.on('open', () => socket.send(JSON.stringify(joinFrame(room, identity))));
    socket.on('message', (data) => {
      const text = String(data);
      const { data: frame } = frameSchema.safeParse(parseJson(text));
      if (frame === undefined) {
        const invalidFrame = new Error(`the server sent an invalid frame: ${JSON.stringify(text.slice(0, 200))}`);
        eventLog.fail(invalidFrame);
        reject(invalidFrame);
        return;
      }
      if (frame.type === 'Error') reject(new Error(`the server answered: ${frame.message}`));
      if (frame.type === 'MessageHistory') {
        history.push(...frame.messages.map(({ content }) => content));
        resolve();
      }
      const observed = readFrame(frame);
      if (observed !== null) eventLog.push(observed);
    });
  });
  try {
    await joined;
    return socket;
  } catch (error) {
    socket.terminate();
    throw error;
  }
}

const message = { username: z.string(), content: z.string() };
const frameSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('NewMessage'), ...message }),
  z.object({ type: z.literal('MessageHistory'), messages: z.array(z.object(message)) }),
  z.object({ type: z.literal('UserJoined'), username: z.string() }),
  z.object({ type: z.literal('UserLeft'), username: z.string() }),
  z.object({ type: z.literal('Error'), message: z.string() }),
  z.object({ type: z.enum(['RoomJoined', 'Typing']) }),
]);

function readFrame(frame: z.output<typeof frameSchema>): ObservedEvent | null {
  switch (frame.type) {
    case 'NewMessage':
      return { kind: 'message', from: frame.username, text: frame.content };
    case 'UserJoined':
      return { kind: 'joined', name: frame.username };
    case 'UserLeft':
      return { kind: 'left', name: frame.username };
    default:
      return null;
  }
}
