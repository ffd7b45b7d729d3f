import type { Room } from '@earshot/shared';

/** Numbers the rooms in the order in which they are first shown. A room keeps its number as long as the command runs. */
export class RoomNumbers {
  readonly #rooms: Pick<Room, 'id' | 'name'>[] = [];

  /** `[2 Mitte, Berlin]` */
  label({ id, name }: Pick<Room, 'id' | 'name'>): string {
    const known = this.#rooms.findIndex((room) => room.id === id);
    const number = known === -1 ? this.#rooms.push({ id, name }) : known + 1;
    return `[${number} ${name}]`;
  }

  /** The id of the room with that number. */
  idOf(number: number): string | undefined {
    return this.#rooms[number - 1]?.id;
  }
}
