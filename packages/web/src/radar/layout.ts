import type { Location, NearbyRoom } from '@earshot/client';
import { headingTo } from '../place/sphere.ts';
import { labelGap, placeLabels, type Side } from './labels.ts';
import { plot, type Range, type Scale } from './projection.ts';
import { placeRingLabels, type RingLabel, ringLabelBox } from './ringLabels.ts';
import { shortTitle } from './roomTitle.ts';
import { type Disc, spread } from './spread.ts';

/** A room on the radar: offsets in pixels from the middle. */
export interface Blip extends Disc {
  room: NearbyRoom;
  title: string;
  /** Where its name stands; null where there is no space for it. */
  label: Side | null;
}

export interface RadarLayout {
  /** Nearest first. */
  blips: Blip[];
  ringLabels: RingLabel[];
}

export interface Look {
  place: Location;
  range: Range;
  scale: Scale;
  /** Pixels from the middle to the rim. */
  radius: number;
}

/** Rooms drawn, nearest first. More would be a crowd that nobody can hit; the list has them all. */
const shown = 24;

/** At least 24 pixels across, so that a finger can aim at it; an area that grows with the people. */
const sizeOf = (userCount: number) => Math.min(26, 12 + 2.6 * Math.sqrt(userCount));

/** About as wide as system fonts are at 12 pixels; names are cut where they are wider. */
const labelSize = (title: string) => ({ width: Math.min(104, 6.6 * title.length + 6), height: 18 });

/** Where to draw the rooms: in true direction, by distance, moved apart where they overlap, with names where they fit. */
export function layOut(rooms: readonly NearbyRoom[], { place, range, scale, radius }: Look): RadarLayout {
  const discs = rooms.slice(0, shown).flatMap((room) => {
    if (room.place === null) return [];
    const at = plot(headingTo(place, room.place), radius, range, scale);
    return [{ ...at, radius: sizeOf(room.userCount), room, title: shortTitle(room.name) }];
  });
  // By id: whoever walks by must not make neighbours change sides because one is nearer now.
  const byId = discs.toSorted((a, b) => (a.room.id < b.room.id ? -1 : 1));
  const points = new Map(
    spread(byId, { within: radius + 6, clear: 12, gap: 3 }).map((point, i) => [byId[i]?.room.id, point]),
  );
  const settled = discs.map((disc) => ({ ...disc, ...points.get(disc.room.id) }));
  const ringLabels = placeRingLabels(settled, radius, range, scale);
  const labels = placeLabels(
    settled.map((disc) => ({ ...disc, ...labelSize(disc.title) })),
    radius + labelGap,
    ringLabels.map(ringLabelBox),
  );
  return { blips: settled.map((disc, i) => ({ ...disc, label: labels[i] ?? null })), ringLabels };
}
