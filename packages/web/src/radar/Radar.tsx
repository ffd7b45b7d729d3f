import type { Location, NearbyRoom } from '@earshot/client';
import { type ComponentProps, useId, useMemo, useRef } from 'react';
import { LazyStreetMap } from '../location/LazyStreetMap.tsx';
import { zoomFor } from '../location/mercator.ts';
import { headingTo } from '../location/sphere.ts';
import { useTiles } from '../location/tiles.ts';
import { useSize } from '../location/useSize.ts';
import { useText } from '../text/useText.ts';
import type { RoomDescription } from './describeRoom.ts';
import { type Blip, layOut } from './layout.ts';
import type { Range } from './projection.ts';
import styles from './Radar.module.css';
import { RadarFace } from './RadarFace.tsx';
import { useRoving } from './roving.ts';
import { Wave } from './Wave.tsx';
import type { Wakes } from './wakes.ts';

interface RadarProps {
  location: Location;
  /** The rooms within the range, nearest first. */
  rooms: readonly NearbyRoom[];
  range: Range;
  wakes: Wakes;
  currentRoomId: string | null;
  describe: (room: NearbyRoom) => RoomDescription;
  onEnter: (roomId: string) => void;
}

/** Pixels around the rim for the letters of the compass. */
const margin = 24;

/** The rooms around a location, in true direction, north up. */
export function Radar({ location, rooms, range, wakes, currentRoomId, describe, onEnter }: RadarProps) {
  const text = useText().radar;
  const hintId = useId();
  const element = useRef<HTMLDivElement>(null);
  const { width } = useSize(element, { width: 360, height: 360 });
  const radius = Math.max(60, width / 2 - margin);
  const tiles = useTiles();
  const scale = tiles === null ? 'near' : 'even';
  const { blips, ringLabels } = layOut(rooms, { location, range, scale, radius });
  const clockwise = useMemo(() => inOrder(rooms, location), [rooms, location]);
  const roving = useRoving(clockwise.filter((id) => blips.some(({ room }) => room.id === id)));
  const map = { center: location, zoom: zoomFor(range / radius, location) };

  return (
    <div ref={element} className={styles.radar} data-map={tiles !== null}>
      {tiles !== null && (
        <div className={styles.map} style={{ inset: `${margin}px` }}>
          <LazyStreetMap tiles={tiles} view={map} />
        </div>
      )}
      <div className={styles.disc} style={{ inset: `${margin}px` }} aria-hidden="true" />
      <RadarFace width={width} radius={radius} range={range} scale={scale} labels={ringLabels} />
      {/* biome-ignore lint/a11y/useSemanticElements: a group of buttons is no fieldset */}
      <div role="group" aria-label={text.radar} aria-describedby={hintId} onKeyDown={roving.onKeyDown}>
        <p id={hintId} className="visually-hidden">
          {text.radarHint}
        </p>
        {blips.map((blip) => (
          <RoomBlip
            key={blip.room.id}
            blip={blip}
            middle={width / 2}
            description={describe(blip.room)}
            wakes={wakes.get(blip.room.id)}
            isCurrent={blip.room.id === currentRoomId}
            button={{ ...roving.buttonProps(blip.room.id), onClick: () => onEnter(blip.room.id) }}
          />
        ))}
      </div>
      {rooms.length > blips.length && <p className={styles.more}>{text.more(rooms.length - blips.length)}</p>}
    </div>
  );
}

/** The ids of the rooms clockwise from north. */
function inOrder(rooms: readonly NearbyRoom[], from: Location): string[] {
  return rooms
    .map(({ id, place }) => ({ id, bearing: place === null ? 0 : headingTo(from, place).bearing }))
    .sort((a, b) => a.bearing - b.bearing || (a.id < b.id ? -1 : 1))
    .map(({ id }) => id);
}

interface RoomBlipProps {
  blip: Blip;
  middle: number;
  description: RoomDescription;
  wakes: number | undefined;
  isCurrent: boolean;
  button: ComponentProps<'button'>;
}

function RoomBlip({
  blip: { x, y, radius, label, title, room },
  middle,
  description,
  wakes,
  isCurrent,
  button,
}: RoomBlipProps) {
  const text = useText().radar;
  const name = [description.title, description.where, description.here, ...(isCurrent ? [text.current] : [])].join(
    ', ',
  );
  const size = `${2 * radius}px`;
  return (
    <button
      type="button"
      className={styles.blip}
      style={{ width: size, height: size, translate: `${middle + x - radius}px ${middle + y - radius}px` }}
      data-people={room.userCount > 0}
      data-label={label ?? 'hidden'}
      aria-label={name}
      aria-current={isCurrent}
      {...button}
    >
      {!isCurrent && <Wave count={wakes} />}
      <span className={styles.count} data-count={room.userCount} />
      <span className={styles.label} aria-hidden="true">
        <bdi>{title}</bdi>
      </span>
    </button>
  );
}
