import { WebSocket } from 'ws';
import { z } from 'zod';
import { Ears, untilAborted } from './ears.ts';
import { parseJson } from './json.ts';
import { misbehaveLegacy } from './misbehaveLegacy.ts';
import type { Heard, Participant, Stage } from './participant.ts';
import type { StageOptions } from './run.ts';
import { legacyAddress, type RoomName } from './target.ts';
import { joinFrame, pathOf } from './watchLegacy.ts';
import { monitorName, type Who } from './who.ts';

/** Scenarios over the wire of older clients. Without a room given, they make one of a new name. */
export function legacyStage({ base, room, users, signal }: StageOptions): Stage {
  const fresh = monitorName();
  const where = room ?? { text: fresh, id: fresh };
  return {
    enter: (user) => enterRoom({ base, room: where, who: users[user], signal }),
    misbehave: () => misbehaveLegacy({ base, path: pathOf(where), who: users[0], signal }),
  };
}

interface EnterOptions {
  base: string;
  room: RoomName;
  who: Who;
  signal: AbortSignal;
}

async function enterRoom(options: EnterOptions): Promise<Participant> {
  const ears = new Ears(options.signal);
  const history: string[] = [];
  let socket = await connect(options, ears, history);
  return {
    name: options.who.username,
    history,
    heard: ears.heard,
    until: (what, fits) => ears.until(what, fits),
    say: async (content) => socket.send(JSON.stringify({ type: 'Message', data: { content } })),
    breakLine: () => socket.terminate(),
    comeBack: async () => {
      socket = await connect(options, ears, history);
    },
    [Symbol.asyncDispose]: async () => {
      if (socket.readyState === socket.CLOSED) return;
      const closed = new Promise((resolve) => socket.once('close', resolve));
      socket.close(1000);
      await closed;
    },
  };
}

/** Connects and joins; resolves when the history is there. */
async function connect({ base, room, who, signal }: EnterOptions, ears: Ears, history: string[]): Promise<WebSocket> {
  const socket = new WebSocket(legacyAddress(base, pathOf(room)));
  const joined = untilAborted<void>(signal, 'the room’s history', (resolve, reject) => {
    socket.on('error', reject);
    socket.on('close', (code) => reject(new Error(`the connection closed (${code})`)));
    socket.on('open', () => socket.send(JSON.stringify(joinFrame(room, who))));
    socket.on('message', (data) => {
      const text = String(data);
      const { data: frame } = frameSchema.safeParse(parseJson(text));
      if (frame === undefined) {
        const misfit = new Error(
          `the server sent what is no frame of this wire: ${JSON.stringify(text.slice(0, 200))}`,
        );
        ears.fail(misfit);
        reject(misfit);
        return;
      }
      if (frame.type === 'Error') reject(new Error(`the server said: ${frame.message}`));
      if (frame.type === 'MessageHistory') {
        history.push(...frame.messages.map(({ content }) => content));
        resolve();
      }
      const heard = readFrame(frame);
      if (heard !== null) ears.hear(heard);
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

function readFrame(frame: z.output<typeof frameSchema>): Heard | null {
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
