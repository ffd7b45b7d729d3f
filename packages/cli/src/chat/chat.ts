import { randomInt } from 'node:crypto';
import { createInterface } from 'node:readline';
import { asEarshotError, type EarshotClient, type RoomState, type RoomTarget, type RoomWatch } from '@earshot/client';
import type { Location, RoomEvent } from '@earshot/shared';
import { AroundChat, aroundHelp } from './around.ts';
import { commandHelp, converse } from './conversation.ts';
import { type Destination, locate } from './destination.ts';
import { Mutes } from './mutes.ts';
import { Names } from './names.ts';
import { createDelayNotice } from './notices.ts';
import { signIn } from './signIn.ts';
import { createScreen, readLines, type Screen } from './terminal.ts';
import { describeError, describeEvent } from './text.ts';
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
    const mutes = createMutes(client, screen);
    const target = { location, searchRadius: options.radius };
    const room = await cancellable(joinRoom(client, target, { screen, names, mutes }));
    if (room === null) return;
    screen.print(`You are in “${room.room.name}”${identity}. ${commandHelp}`);
    void mutes.refresh(room.room.id);
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

function createMutes({ trpc }: EarshotClient, { print }: Screen): Mutes {
  return new Mutes({ read: (roomId) => trpc.me.sanctions.query({ roomId }), print });
}

interface Shown {
  screen: Screen;
  names: Names;
  mutes: Mutes;
}

function joinRoom(client: EarshotClient, target: RoomTarget, { screen, names, mutes }: Shown): Promise<RoomWatch> {
  const showDelay = createDelayNotice(client, screen);
  let wasDelayed = false;
  const onEvent = (event: RoomEvent, { messages, room }: RoomState) => {
    screen.print(...describeEvent(event, messages, names));
    if (event.type === 'sanctioned') void mutes.refresh(room.id);
  };
  const onChange = ({ status, error, room }: RoomState) => {
    showDelay(status === 'connecting' ? error : null);
    if (status === 'live' && wasDelayed) void mutes.refresh(room.id); // an announcement may have been missed
    wasDelayed = status === 'connecting' && error !== null;
  };
  return client.watchRoom(target, { onEvent, onChange, onJoinDelayed: showDelay });
}
