import type { DescribeRequest, RoomDescription, StoredRoom } from './store.ts';

/** Returns the title and topic after a change; null if it has no effect. */
export function nextDescription(
  room: Pick<StoredRoom, 'title' | 'topic'>,
  { title = room.title, topic = room.topic, label }: DescribeRequest,
): RoomDescription | null {
  return title === room.title && topic === room.topic ? null : { name: title ?? label, title, topic };
}
