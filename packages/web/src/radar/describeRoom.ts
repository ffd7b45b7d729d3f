import type { Location, NearbyRoom } from '@earshot/client';
import { formatDistance } from '../location/distance.ts';
import { headingTo } from '../location/sphere.ts';
import type { Text } from '../text/en.ts';
import { directionOf } from './projection.ts';

export interface RoomDescription {
  title: string;
  /** `within 2 km, north-east` */
  where: string;
  /** `3 people here` */
  here: string;
  /** `last message 5 min ago` */
  last: string;
  /** `5 min ago`; empty if there is no message. */
  ago: string;
}

interface DescribeOptions {
  text: Text['radar'];
  language: string;
  /** Milliseconds since the epoch. */
  now: number;
}

/** Describes a room in words, the same on the radar and in the list. Its name is a title that `withTitles` gave it. */
export function describeRoom(
  room: NearbyRoom,
  location: Location,
  { text, language, now }: DescribeOptions,
): RoomDescription {
  const { name, userCount, lastMessageAt, distance } = room;
  const direction = room.place && directionOf(headingTo(location, room.place));
  const within = formatDistance(distance, language);
  const since = lastMessageAt === null ? '' : ago(lastMessageAt, now, { text, language });
  return {
    title: name,
    where: direction === null ? text.within(within) : text.withinTo(within, text.directions[direction]),
    here: text.here(userCount),
    last: since === '' ? text.noMessage : text.lastMessage(since),
    ago: since,
  };
}

const units = [
  { unit: 'day', seconds: 86_400 },
  { unit: 'hour', seconds: 3_600 },
  { unit: 'minute', seconds: 60 },
] as const;

/** `5 min ago`, in whole units, as coarse as possible. */
export function ago(then: Date, now: number, { text, language }: Pick<DescribeOptions, 'text' | 'language'>): string {
  const seconds = Math.max(0, (now - then.getTime()) / 1_000);
  const fitting = units.find((one) => seconds >= one.seconds);
  if (fitting === undefined) return text.justNow;
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' });
  return format.format(-Math.floor(seconds / fitting.seconds), fitting.unit);
}
