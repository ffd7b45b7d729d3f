import { asEarshotError, type EarshotClient, hasVisibleName, type RoomWatch } from '@earshot/client';
import type { Location } from '@earshot/shared';
import { handleLines } from './inputLoop.ts';
import type { Names } from './names.ts';
import { untilLiveOrDelayed, untilShown } from './roomWaits.ts';
import type { Lines, Screen } from './terminal.ts';
import { describeError, describeNearby, describeUsers } from './text.ts';

export const commandHelp =
  '/who: users here · /near: rooms nearby · /title TEXT, /topic TEXT: describe your own room · /help: these commands · /quit: leave. Other lines are sent to the room.';

interface Conversation {
  client: EarshotClient;
  room: RoomWatch;
  screen: Screen;
  names: Names;
  location: Location;
  /** Metres. */
  radius: number;
}

/** Sends the lines and runs the commands until /quit, the end of the input, or the end of the subscription. */
export async function converse(conversation: Conversation, lines: Lines): Promise<void> {
  const { room, screen } = conversation;
  const stopped = untilStopped(conversation);
  const handlers = {
    send: (line: string) => send(conversation, line),
    run: (line: string) => runCommand(conversation, line),
  };
  await Promise.race([untilLiveOrDelayed(room), stopped]); // the history comes before the user's own messages
  screen.prompt();
  await Promise.race([handleLines(lines, screen, handlers), stopped]);
}

/** Resolves when the subscription has stopped, and prints its error. */
function untilStopped({ room, screen }: Conversation): Promise<void> {
  return new Promise((resolve) => {
    room.state.subscribe(() => {
      const { status, error } = room.state.get();
      if (status !== 'stopped') return;
      if (error !== null) {
        screen.print(describeError(error));
        process.exitCode = 1;
      }
      resolve();
    });
  });
}

/** Resolves when the message is sent and shown, or has failed. */
async function send({ client, room, screen }: Conversation, content: string): Promise<void> {
  try {
    const sent = room.send(content);
    // The typed line was erased, and appears again only when the server sends it.
    if (client.connection.get().status !== 'open') screen.print(`… ${content} (waiting for the connection)`);
    await untilShown(room, await sent);
  } catch (error) {
    screen.print(`Not sent: ${describeError(asEarshotError(error))}`);
    process.exitCode = 1;
  }
}

async function runCommand(conversation: Conversation, line: string): Promise<void> {
  const { client, room, screen, names, location, radius } = conversation;
  const [, field, text = ''] = /^\/(title|topic)(?:\s+(.*))?$/s.exec(line) ?? [];
  try {
    if (field === 'title' || field === 'topic') await changeDescription(conversation, field, text);
    else if (line === '/who')
      screen.print(describeUsers(await client.trpc.presence.list.query({ roomId: room.room.id }), names));
    else if (line === '/near') {
      screen.print(...describeNearby(await client.trpc.rooms.nearby.query({ location, radius }), room.room.id));
    } else screen.print(line === '/help' ? commandHelp : `Unknown command ${line}. ${commandHelp}`);
  } catch (error) {
    screen.print(describeError(asEarshotError(error)));
  }
}

/** Sets the title or the topic of the room; a text without a visible character removes it. Users see the change as an event. */
async function changeDescription(
  { room, screen }: Conversation,
  field: 'title' | 'topic',
  text: string,
): Promise<void> {
  const value = hasVisibleName(text) ? text : null;
  try {
    await room.describe(field === 'title' ? { title: value } : { topic: value });
  } catch (error) {
    screen.print(`Not changed: ${describeError(asEarshotError(error))}`);
  }
}
