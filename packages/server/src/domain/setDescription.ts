import type { describeInput, Room } from '@earshot/shared';
import type { z } from 'zod';
import type { Connection } from './connection.ts';
import { countPresent, describeRoom, labelOf, namedCell } from './publicRoom.ts';
import { requireRoom } from './requireRoom.ts';
import { requireRight } from './rights/requireRight.ts';
import type { Services } from './services.ts';

/**
 * Sets the title and the topic of a room that the caller made or moderates, as one change in its log. Counts as a send. Throws
 * `NOT_THE_OWNER`. Cached lists of nearby rooms show it with their next search: titles change more often than rooms are created.
 */
export async function setDescription(
  services: Services,
  connection: Connection,
  { roomId, title, topic }: z.output<typeof describeInput>,
): Promise<Room> {
  const { budget, sendLimit, store, places, hub } = services;
  budget.spend(connection, 'describeRoom');
  const { user } = connection;
  sendLimit.take(connection);
  await requireRight(services, connection, 'describeRoom', { roomId });
  const before = await requireRoom(store, roomId);
  const label = labelOf(before, await places.areaOf(namedCell(before)));
  const texts = { title: filtered(services, title), topic: filtered(services, topic) };
  const { room, record } = await store.describe({ roomId, user, ...texts, label });
  if (record) {
    const type = record.seq === record.updatedSeq ? 'message.created' : 'message.updated';
    void hub.publish(roomId, { type, message: record }, connection.id);
  }
  return describeRoom(services, room, await countPresent(services, roomId));
}

function filtered<T extends string | null | undefined>({ wordFilter }: Services, text: T): T | string {
  return typeof text === 'string' ? wordFilter.filter(text, refusal) : text;
}

const refusal = 'This title or topic is not allowed here. Change it and try again.';
