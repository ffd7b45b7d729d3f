import type { Location, NearbyRoom } from '@earshot/client';
import { headingTo } from '../location/sphere.ts';
import { labelGap, layOutLabels, type Side } from './labels.ts';
import { plot, type Range, type Scale } from './projection.ts';
import { layOutRingLabels, type RingLabel, ringLabelBox } from './ringLabels.ts';
import { type Disc, spread } from './spread.ts';

/** A room on the radar: offsets in pixels from the centre. */
export interface Blip extends Disc {
  room: NearbyRoom;
  title: string;
  /** The side of its label; null if there is no space. */
  label: Side | null;
}

export interface RadarLayout {
  /** Nearest first. */
  blips: Blip[];
  ringLabels: RingLabel[];
}

export interface LayoutOptions {
  location: Location;
  range: Range;
  scale: Scale;
  /** Pixels from the centre to the rim. */
  radius: number;
}

/** Number of rooms drawn, nearest first. More discs would be too dense to hit; the list has all rooms. */
const maxBlips = 24;

/** At least 12 pixels in radius, so that a finger can hit it; the area grows with the number of people. */
const sizeOf = (userCount: number) => Math.min(26, 12 + 2.6 * Math.sqrt(userCount));

/** Approximates the width of system fonts at 12 pixels. Wider names are truncated. */
const labelSize = (title: string) => ({ width: Math.min(104, 6.6 * title.length + 6), height: 18 });

/** Positions the rooms: in true direction, by distance, moved apart where they overlap, with labels where they fit. */
export function layOut(rooms: readonly NearbyRoom[], { location, range, scale, radius }: LayoutOptions): RadarLayout {
  const discs = rooms.slice(0, maxBlips).flatMap((room) => {
    if (room.place === null) return [];
    const at = plot(headingTo(location, room.place), radius, range, scale);
    return [{ ...at, radius: sizeOf(room.userCount), room, title: room.name }];
  });
  // Ordered by id, so that neighbours don't swap sides when a walking user gets nearer to one of them.
  const byId = discs.toSorted((a, b) => (a.room.id < b.room.id ? -1 : 1));
  const points = new Map(
    spread(byId, { within: radius + 6, clear: 12, gap: 3 }).map((point, i) => [byId[i]?.room.id, point]),
  );
  const settled = discs.map((disc) => ({ ...disc, ...points.get(disc.room.id) }));
  const ringLabels = layOutRingLabels(settled, radius, range, scale);
  const labels = layOutLabels(
    settled.map((disc) => ({ ...disc, ...labelSize(disc.title) })),
    radius + labelGap,
    ringLabels.map(ringLabelBox),
  );
  return { blips: settled.map((disc, i) => ({ ...disc, label: labels[i] ?? null })), ringLabels };
}
