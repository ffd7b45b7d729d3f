import { type Location, newId } from '@earshot/shared';
import type { FillData, MessageRow, RoomRow, Size } from '../stalls/data.ts';

/** The centre of the city. */
export const centre: Location = { latitude: 52.52, longitude: 13.405 };

const cityRadius = 25_000;

/** The point that many metres from the centre, in a direction in radians. */
export function atDistance(metres: number, direction: number): Location {
  return {
    latitude: centre.latitude + (metres * Math.cos(direction)) / 111_195,
    longitude: centre.longitude + (metres * Math.sin(direction)) / 67_660,
  };
}

/** Numbers from 0 to 1, evenly distributed. */
const golden = (n: number) => (n * 0.618_033_988_75) % 1;

/** The rooms are denser towards the centre: a fifth of them lie within five kilometres. */
function* rooms({ rooms: count }: Size): Generator<RoomRow> {
  for (let n = 0; n < count; n += 1)
    yield { id: newId(), ...atDistance(cityRadius * golden(n), n * 2.4), isIdle: false };
}

function* messages({ messages: count }: Size, roomIds: readonly string[]): Generator<MessageRow> {
  const each = Math.round(count / roomIds.length);
  for (const roomId of roomIds) {
    for (let seq = 1; seq <= each; seq += 1) {
      yield {
        ...{
          id: newId(),
          roomId,
          seq,
          userId: `user ${seq}`,
          content: `Message ${seq}: who else is at the concert tonight?`,
        },
        ...{ timestamp: Date.UTC(2026, 0, 1) + seq, reactions: [], hasRows: false },
      };
    }
  }
}

export const cityData: FillData = { rooms, messages };
