import { EarshotError, errorEntry } from '@earshot/shared';
import { cellOf } from '../../cells.ts';
import type { Connection } from '../../domain/connection.ts';
import { joinNamedRoom, joinStoredRoom } from '../../domain/joinRoom.ts';
import type { NamedRoom } from '../../domain/namedRoom.ts';
import { requireRight } from '../../domain/rights/requireRight.ts';
import { sendMessage } from '../../domain/sendMessage.ts';
import { setTyping } from '../../domain/setTyping.ts';
import { updateLocation } from '../../domain/updateLocation.ts';
import type { ClientSocket } from '../sockets/clientSocket.ts';
import { authenticate } from './authenticateClaim.ts';
import type { Claim, Command } from './command.ts';
import type { CurrentRoom } from './currentRoom.ts';
import type { FrameWriter } from './frameWriter.ts';
import { locationIn } from './locationId.ts';
import type { SocketParts } from './socketParts.ts';

interface CommandHandlerOptions {
  client: ClientSocket;
  connection: Connection;
  room: CurrentRoom;
  writer: FrameWriter;
  /** The room in the path, which `Join` joins. */
  named: NamedRoom;
}

/** Executes the commands of one socket. */
export class CommandHandler {
  readonly #parts: SocketParts;
  readonly #options: CommandHandlerOptions;
  #failures = 0;

  constructor(parts: SocketParts, options: CommandHandlerOptions) {
    this.#parts = parts;
    this.#options = options;
  }

  /** Failed authentications. */
  get failures(): number {
    return this.#failures;
  }

  async execute(command: Command): Promise<void> {
    const { services, frameCodec } = this.#parts;
    const { connection, room, writer, named } = this.#options;
    switch (command.type) {
      case 'Auth':
        await this.#identify(command.claim);
        await requireRight(services, connection, 'authenticate', 'server');
        // In its room. A join with another name leaves the room and enters it again.
        services.localPresence.rename(connection);
        return writer.send(frameCodec.userJoined(connection.user));
      case 'Join':
        await this.#identify(command.claim);
        return room.enter(await joinNamedRoom(services, connection, named), locationIn(named.roomId));
      case 'JoinLocalChat': {
        await this.#identify(command.claim);
        const { location, searchRadius } = command;
        return room.enter(
          await joinStoredRoom(services, connection, { cell: cellOf(location), searchRadius }),
          location,
        );
      }
      case 'Message':
        await sendMessage(services, connection, { roomId: this.#requireRoom(), content: command.content });
        return;
      case 'LocationUpdate':
        if (room.id === null) return this.#chargeIgnored();
        return updateLocation(services, connection, cellOf(command.location));
      case 'Typing':
        if (room.id === null) return this.#chargeIgnored();
        return setTyping(services, connection, { roomId: room.id, isTyping: command.isTyping });
    }
  }

  async #identify(claim: Claim): Promise<void> {
    const { client, connection, room } = this.#options;
    this.#parts.services.budget.spend(connection, 'identify');
    const { authenticator } = this.#parts;
    const identity = await authenticate(authenticator, claim, client.address).catch(async (error: unknown) => {
      // Unreachable keys, or an unreachable service, don't count as a failed authentication of the client.
      if (error instanceof EarshotError && errorEntry(error.code).http === 401) await this.#clearIdentity();
      throw error;
    });
    client.onIdentified();
    if (connection.userId !== identity.user.userId) await room.leave(); // the socket now belongs to another user
    connection.identify(identity);
    // Not before: a ban of a guest at the address also holds for callers without an identity, but not for the account that this may be.
    client.register(this.#parts.services, connection);
    client.endOnExpiry(connection, identity.expiresAt);
  }

  /** Handles a failed authentication. The former user is signed out too, because another person may hold the device. */
  async #clearIdentity(): Promise<void> {
    const { client, connection, room } = this.#options;
    this.#failures += 1;
    await room.leave();
    connection.identify(null);
    client.unregister();
    client.cancelExpiry();
  }

  /** Charges a command that has no effect without a room. */
  #chargeIgnored(): void {
    this.#parts.services.budget.spend(this.#options.connection, 'malformedCall');
  }

  /** The room that messages are sent to. */
  #requireRoom(): string {
    const { connection, room } = this.#options;
    if (room.id !== null) return room.id;
    this.#chargeIgnored();
    throw new EarshotError(connection.userId === null ? 'UNAUTHENTICATED' : 'NOT_A_MEMBER');
  }
}
