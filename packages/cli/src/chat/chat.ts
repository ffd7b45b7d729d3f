import { randomInt } from 'node:crypto';
import { createInterface } from 'node:readline';
import {
  asEarshotError,
  createEarshotClient,
  type EarshotClient,
  type EarshotClientError,
  type RoomState,
  type RoomWatch,
} from '@earshot/client';
import type { Location, Message, RoomEvent } from '@earshot/shared';
import { StartError } from '../startError.ts';
import { createScreen, type Screen } from './terminal.ts';
import { describeEvent, describeNearby, describeUsers } from './text.ts';

interface ChatOptions {
  location: Location;
  url: string;
  /** Metres. */
  radius: number;
  as?: string;
  token?: string;
}

const help = '/who who is here · /near rooms around · /help this · /quit leave. Anything else is said to the room.';

/** Runs a chat in the terminal until /quit, Ctrl-C or the end of the input. */
export async function chat(options: ChatOptions): Promise<void> {
  const { url, token, as: username = `Guest ${randomInt(1_000, 10_000)}` } = options;
  const client = connect(url, token === undefined ? { username } : { token });
  const input = createInterface({ input: process.stdin, output: process.stdout, prompt: '> ' });
  const screen = createScreen(input);
  const lines = readLines(input); // read from the start: piped input must not be lost while the room is joined
  try {
    showConnection(client, screen, url);
    const room = await joinUnlessEnded(client, options, { screen, ended: lines.ended });
    if (room === null) return;
    screen.print(`You are in “${room.room.name}” as ${token === undefined ? username : 'your token says'}. ${help}`);
    await converse({ client, room, screen, ...options }, lines);
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

async function joinUnlessEnded(
  client: EarshotClient,
  { location, radius }: ChatOptions,
  { screen, ended }: { screen: Screen; ended: Promise<void> },
): Promise<RoomWatch | null> {
  const onEvent = (event: RoomEvent, { messages }: RoomState) => screen.print(...describeEvent(event, messages));
  const showWait = createWaitNotice(client, screen);
  const onChange = ({ status, error }: RoomState) => showWait(status === 'connecting' ? error : null);
  const target = { location, searchRadius: radius };
  const joining = client.watchRoom(target, { onEvent, onChange, onJoinDelayed: showWait });
  // Piped input may end before the room is joined, so only input from a terminal cancels the join.
  return process.stdin.isTTY ? Promise.race([joining, ended.then(() => null)]) : joining;
}

function showConnection(client: EarshotClient, screen: Screen, url: string): void {
  let shownStatus = 'open';
  client.connection.subscribe(({ status, error }) => {
    if (status === shownStatus || status === 'connecting') return;
    if (status === 'open') screen.print('— connected again —');
    else if (status === 'offline')
      screen.print(`— ${url} is unreachable (${error?.message ?? 'no answer'}); retrying. Is it the right --url? —`);
    shownStatus = status;
  });
}

/** Prints why events are delayed although there is a connection. Null: the delay is over. */
function createWaitNotice(client: EarshotClient, screen: Screen): (error: EarshotClientError | null) => void {
  let shownCode: string | null = null;
  return (error) => {
    if (error === null) shownCode = null;
    // A lost connection has its own notice.
    else if (error.code !== shownCode && client.connection.get().status === 'open') {
      screen.print(`— ${error.message} Trying on. —`);
      shownCode = error.code;
    }
  };
}

interface Conversation extends ChatOptions {
  client: EarshotClient;
  room: RoomWatch;
  screen: Screen;
}

async function converse(conversation: Conversation, lines: Lines): Promise<void> {
  const { room, screen } = conversation;
  const stopped = new Promise<void>((resolve) => {
    room.state.subscribe(() => {
      const { status, error } = room.state.get();
      if (status !== 'stopped') return;
      if (error !== null) {
        screen.print(error.message);
        process.exitCode = 1;
      }
      resolve();
    });
  });
  const sends: Promise<void>[] = [];
  const read = async () => {
    for await (const line of lines) {
      screen.eraseInput();
      if (line === '/quit') break;
      if (line.startsWith('/')) await command(conversation, line);
      else if (line.trim() !== '') sends.push(send(conversation, line));
      screen.prompt();
    }
    await Promise.all(sends);
  };
  await Promise.race([liveOrDelayed(room), stopped]); // the history comes before the user's own messages
  screen.prompt();
  await Promise.race([read(), stopped]);
}

/** Resolves when the room shows the message, will be delayed, or was reset to another history. */
function untilShown({ state }: RoomWatch, { seq }: Message): Promise<void> {
  let last = 0;
  return new Promise((resolve) => {
    const look = ({ status, position }: RoomState) => {
      const before = last;
      last = position ?? 0;
      if (status === 'live' && last >= before && last < seq) return;
      stop();
      resolve();
    };
    const stop = state.subscribe(look);
    look(state.get());
  });
}

/** Resolves when the room is live, or reports a delay: /quit must work then. */
function liveOrDelayed({ state }: RoomWatch): Promise<void> {
  return new Promise((resolve) => {
    const look = ({ status, error }: RoomState) => {
      if (status !== 'live' && error === null) return;
      stop();
      resolve();
    };
    const stop = state.subscribe(look);
    look(state.get());
  });
}

/** Resolves when the message is sent and shown, or has failed. */
async function send({ client, room, screen }: Conversation, content: string): Promise<void> {
  try {
    const sent = room.send(content);
    // The typed line was erased, and appears again only when the server sends it.
    if (client.connection.get().status !== 'open') screen.print(`… ${content} (waits for the connection)`);
    await untilShown(room, await sent);
  } catch (error) {
    screen.print(`Not sent: ${asEarshotError(error).message}`);
    process.exitCode = 1;
  }
}

async function command({ client, room, screen, location, radius }: Conversation, line: string): Promise<void> {
  try {
    if (line === '/who') screen.print(describeUsers(await client.trpc.presence.list.query({ roomId: room.room.id })));
    else if (line === '/near') {
      screen.print(...describeNearby(await client.trpc.rooms.nearby.query({ location, radius }), room.room.id));
    } else screen.print(line === '/help' ? help : `There is no ${line}. ${help}`);
  } catch (error) {
    screen.print(asEarshotError(error).message);
  }
}

interface Lines extends AsyncIterable<string> {
  /** Resolves when there is no more input. */
  ended: Promise<void>;
}

/** The lines typed or piped in, buffered until they are read. */
function readLines(input: ReturnType<typeof createInterface>): Lines {
  const ended = new Promise<void>((resolve) => input.once('close', resolve));
  const iterator = input[Symbol.asyncIterator]();
  return { ended, [Symbol.asyncIterator]: () => iterator };
}
