import { randomInt } from 'node:crypto';
import { createInterface } from 'node:readline';
import {
  asEarshotError,
  createEarshotClient,
  type EarshotClient,
  type RoomState,
  type RoomWatch,
} from '@earshot/client';
import type { Location, RoomEvent } from '@earshot/shared';
import { StartError } from '../startError.ts';
import { commandHelp, converse } from './conversation.ts';
import { type Destination, locate } from './destination.ts';
import { createDelayNotice, showConnection } from './notices.ts';
import { createScreen, readLines, type Screen } from './terminal.ts';
import { describeEvent } from './text.ts';

interface ChatOptions {
  destination: Destination;
  url: string;
  /** Metres. */
  radius: number;
  as?: string;
  token?: string;
}

/** Runs a chat in the terminal until /quit, Ctrl-C or the end of the input. */
export async function chat(options: ChatOptions): Promise<void> {
  const { url, token, as: username = `Guest ${randomInt(1_000, 10_000)}` } = options;
  const client = connect(url, token === undefined ? { username } : { token });
  const input = createInterface({ input: process.stdin, output: process.stdout, prompt: '> ' });
  const screen = createScreen(input);
  const lines = readLines(input); // read from the start: piped input must not be lost while the room is joined
  try {
    showConnection(client, screen, url);
    const starting = start(client, options, screen);
    // Piped input may end before the room is joined, so only input from a terminal cancels the start.
    const started = await (process.stdin.isTTY ? Promise.race([starting, lines.ended.then(() => null)]) : starting);
    if (started === null) return;
    const { room, location } = started;
    screen.print(`You are in “${room.room.name}”${token === undefined ? ` as ${username}` : ''}. ${commandHelp}`);
    await converse({ client, room, screen, location, radius: options.radius }, lines);
  } catch (error) {
    screen.print(asEarshotError(error).message);
    process.exitCode = 1;
  } finally {
    input.close();
    await client.close();
  }
}

function connect(url: string, identity: { username: string } | { token: string }): EarshotClient {
  try {
    return createEarshotClient({ url, ...identity });
  } catch (error) {
    throw error instanceof TypeError ? new StartError(error.message) : error;
  }
}

/** Finds the location and joins the room there. */
async function start(
  client: EarshotClient,
  { destination, radius }: ChatOptions,
  screen: Screen,
): Promise<{ room: RoomWatch; location: Location }> {
  const location = await locate(destination, {
    search: (text) => client.trpc.places.search.query({ text }),
    print: screen.print,
  });
  const onEvent = (event: RoomEvent, { messages }: RoomState) => screen.print(...describeEvent(event, messages));
  const showDelay = createDelayNotice(client, screen);
  const onChange = ({ status, error }: RoomState) => showDelay(status === 'connecting' ? error : null);
  const target = { location, searchRadius: radius };
  return { room: await client.watchRoom(target, { onEvent, onChange, onJoinDelayed: showDelay }), location };
}
