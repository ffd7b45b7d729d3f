import { randomInt } from 'node:crypto';
import { createInterface } from 'node:readline';
import { asEarshotError, type EarshotClient, type RoomState, type RoomTarget, type RoomWatch } from '@earshot/client';
import type { Location, RoomEvent } from '@earshot/shared';
import { AroundChat, aroundHelp } from './around.ts';
import { commandHelp, converse } from './conversation.ts';
import { type Destination, locate } from './destination.ts';
import { Names } from './names.ts';
import { createDelayNotice } from './notices.ts';
import { signIn } from './signIn.ts';
import { createScreen, readLines, type Screen } from './terminal.ts';
import { describeError, describeEvent, describeSanction } from './text.ts';
import type { TokenOptions } from './tokens.ts';

interface ChatOptions extends TokenOptions {
  destination: Destination;
  url: string;
  /** Metres. */
  radius: number;
  as?: string;
  deviceFile?: string;
  /** Show the messages of all rooms around, instead of joining one. */
  around?: boolean;
}

/** Runs a chat in the terminal until /quit, Ctrl-C or the end of the input. */
export async function chat(options: ChatOptions): Promise<void> {
  const { as: username = `Guest ${randomInt(1_000, 10_000)}` } = options;
  const input = createInterface({ input: process.stdin, output: process.stdout, prompt: '> ' });
  const screen = createScreen(input);
  const lines = readLines(input); // read from the start: piped input must not be lost while the room is joined
  const quit = new AbortController();
  let client: EarshotClient | undefined;
  try {
    // Piped input may end before the start, so only input from a terminal cancels it.
    const ended = process.stdin.isTTY ? lines.ended : null;
    const cancellable = <T>(starting: Promise<T>) =>
      ended === null ? starting : Promise.race([starting, ended.then(() => null)]);
    const signingIn = signIn({ ...options, username, screen, signal: quit.signal });
    const signedIn = await cancellable(signingIn);
    if (signedIn === null) {
      signingIn.then(
        (late) => late.client.close(),
        () => {},
      );
      return;
    }
    client = signedIn.client;
    const { label: identity } = signedIn;
    const location = await cancellable(findLocation(client, options, screen));
    if (location === null) return;
    const names = createNames(client);
    if (options.around) {
      screen.print(`You follow the rooms around${identity}. ${aroundHelp}`);
      return await new AroundChat({ client, screen, names, location, radius: options.radius }).run(lines);
    }
    const room = await cancellable(joinRoom(client, { location, searchRadius: options.radius }, screen, names));
    if (room === null) return;
    screen.print(`You are in “${room.room.name}”${identity}. ${commandHelp}`);
    showMutes(client, room, screen);
    await converse({ client, room, screen, names, location, radius: options.radius }, lines);
  } catch (error) {
    screen.print(describeError(asEarshotError(error)));
    process.exitCode = 1;
  } finally {
    quit.abort();
    input.close();
    await client?.close();
  }
}

function findLocation(client: EarshotClient, { destination }: ChatOptions, { print }: Screen): Promise<Location> {
  return locate(destination, { search: (text) => client.trpc.places.search.query({ text }), print });
}

function createNames(client: EarshotClient): Names {
  const names = new Names();
  client.trpc.auth.session.query().then(
    ({ checksTokens = false }) => {
      names.marksGuests = checksTokens; // earlier servers do not say
    },
    () => {}, // the same error ends the chat when it joins
  );
  return names;
}

/** Prints the mutes of the user that hold in the room. Later ones are events. */
function showMutes({ trpc }: EarshotClient, { room }: RoomWatch, screen: Screen): void {
  trpc.me.sanctions.query({ roomId: room.id }).then(
    (own) => screen.print(...own.map(describeSanction)),
    () => {}, // a message that is refused says so
  );
}

function joinRoom(client: EarshotClient, target: RoomTarget, screen: Screen, names: Names): Promise<RoomWatch> {
  const onEvent = (event: RoomEvent, { messages }: RoomState) => screen.print(...describeEvent(event, messages, names));
  const showDelay = createDelayNotice(client, screen);
  const onChange = ({ status, error }: RoomState) => showDelay(status === 'connecting' ? error : null);
  return client.watchRoom(target, { onEvent, onChange, onJoinDelayed: showDelay });
}
