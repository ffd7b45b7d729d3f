import {
  asEarshotError,
  type EarshotClient,
  type EarshotClientError,
  follow,
  type Neighbourhood,
  type NeighbourhoodState,
  type RoomWatch,
} from '@earshot/client';
import { type Location, limits, type NeighbourhoodEvent } from '@earshot/shared';
import { AroundText } from './aroundText.ts';
import { handleLines } from './inputLoop.ts';
import type { Names } from './names.ts';
import { createDelayNotice } from './notices.ts';
import { RoomNumbers } from './roomNumbers.ts';
import { untilLiveOrDelayed, untilShownAround } from './roomWaits.ts';
import type { Lines, Screen } from './terminal.ts';
import { describeError, describeNearby, describeUsers } from './text.ts';

export const aroundHelp =
  '/join NUMBER: write in that room · /who: users in it · /near: rooms around · /help: these commands · /quit: leave.';

interface AroundOptions {
  client: EarshotClient;
  screen: Screen;
  names: Names;
  location: Location;
  /** Metres. */
  radius: number;
}

/** Prints the messages of the rooms around, and sends the lines to the room that was chosen with /join. */
export class AroundChat {
  readonly #options: AroundOptions;
  readonly #numbers = new RoomNumbers();
  readonly #text: AroundText;
  readonly #neighbourhood: Neighbourhood;
  #isStarted = false;
  /** The room to write in. */
  #room: RoomWatch | null = null;
  readonly #delayed = Promise.withResolvers<void>();
  readonly #started = Promise.withResolvers<void>();
  readonly #stopped = Promise.withResolvers<void>();

  constructor(options: AroundOptions) {
    this.#options = options;
    this.#text = new AroundText(this.#numbers, options.names);
    const { client, screen, location, radius } = options;
    const showDelay = createDelayNotice(client, screen);
    this.#neighbourhood = follow(client, location, {
      radius,
      onEvent: (event, state) => this.#print(event, state),
      onChange: ({ status, error }) => {
        showDelay(status === 'connecting' ? error : null);
        if (error !== null) this.#delayed.resolve();
        if (status === 'stopped') this.#stop(error);
      },
    });
  }

  /** Until /quit, the end of the input, or the end of the subscription. */
  async run(lines: Lines): Promise<void> {
    const { screen } = this.#options;
    const { promise: stopped } = this.#stopped;
    await Promise.race([this.#started.promise, this.#delayed.promise, stopped]); // older messages come before the user's own
    screen.prompt();
    const handlers = { send: (line: string) => this.#send(line), run: (line: string) => this.#run(line) };
    await Promise.race([handleLines(lines, screen, handlers), stopped]);
  }

  #print(event: NeighbourhoodEvent, state: NeighbourhoodState): void {
    const { screen } = this.#options;
    if (this.#isStarted) screen.print(...this.#text.describe(event, state));
    else if (event.type === 'ready') {
      this.#isStarted = true; // until here, the messages of all rooms are collected, to print them by time
      screen.print(...this.#text.describeStart(state));
      this.#started.resolve();
    }
  }

  #stop(error: EarshotClientError | null): void {
    if (error !== null) this.#fail(describeError(error));
    this.#stopped.resolve();
  }

  #fail(message: string): void {
    this.#options.screen.print(message);
    process.exitCode = 1;
  }

  async #send(content: string): Promise<void> {
    const { client, screen } = this.#options;
    if (this.#room === null)
      return screen.print('Not sent: choose a room first, with /join and the number before its name.');
    try {
      const sent = this.#room.send(content);
      if (client.connection.get().status !== 'open') screen.print(`… ${content} (waiting for the connection)`);
      await untilShownAround(this.#neighbourhood, await sent);
    } catch (error) {
      this.#fail(`Not sent: ${describeError(asEarshotError(error))}`);
    }
  }

  async #run(line: string): Promise<void> {
    const { screen } = this.#options;
    const [command, argument = ''] = line.split(/\s+/);
    try {
      if (command === '/join') await this.#join(Number(argument));
      else if (command === '/who') await this.#showUsers();
      else if (command === '/near') await this.#showRooms();
      else screen.print(command === '/help' ? aroundHelp : `Unknown command ${command}. ${aroundHelp}`);
    } catch (error) {
      screen.print(describeError(asEarshotError(error)));
    }
  }

  async #join(number: number): Promise<void> {
    const { client, screen } = this.#options;
    const roomId = this.#numbers.idOf(number);
    if (roomId === undefined || !this.#isInReach(roomId)) {
      return screen.print('No nearby room has this number. /near lists them.');
    }
    const attempt = new AbortController();
    const showDelay = createDelayNotice(client, screen);
    const room = await client.watchRoom(
      { roomId },
      {
        history: 0,
        signal: attempt.signal,
        onJoinDelayed: (error) => attempt.abort(error), // reported, and the user chooses what to do
        onChange: ({ status, error }) => {
          showDelay(status === 'connecting' ? error : null);
          if (status !== 'stopped' || error === null || this.#room?.room.id !== roomId) return;
          this.#room = null;
          screen.print(`${this.#text.label(roomId)} ${error.message}`);
        },
      },
    );
    this.#room?.close();
    this.#room = room;
    await untilLiveOrDelayed(room); // from then on the user is present
    if (this.#room === room) screen.print(`You’re now writing in ${this.#text.label(roomId)}.`);
  }

  async #showUsers(): Promise<void> {
    const { client, screen, names } = this.#options;
    const roomId = this.#room?.room.id;
    if (roomId === undefined) screen.print('Choose a room first, with /join.');
    else screen.print(describeUsers(await client.trpc.presence.list.query({ roomId }), names));
  }

  async #showRooms(): Promise<void> {
    const { client, screen, location, radius } = this.#options;
    const rooms = await client.trpc.rooms.nearby.query({ location, radius, limit: limits.nearbyMax });
    const inReach = rooms.filter(({ id }) => this.#isInReach(id));
    screen.print(...describeNearby(inReach, this.#room?.room.id ?? null, ({ id }) => this.#text.label(id)));
  }

  #isInReach(roomId: string): boolean {
    return this.#neighbourhood.state.get().rooms.some(({ id }) => id === roomId);
  }
}
