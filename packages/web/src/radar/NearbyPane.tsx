import type { Location, NearbyRoom, RoomTarget } from '@earshot/client';
import { useNearbyRooms } from '@earshot/client/react';
import { limits } from '@earshot/shared';
import { useEffect, useMemo, useRef } from 'react';
import { useShownInBanner } from '../connection/useShownInBanner.ts';
import { Problem } from '../errors/Problem.tsx';
import { problemOf } from '../errors/recovery.ts';
import { stored, useStored } from '../lib/stored.ts';
import { Attribution } from '../place/Attribution.tsx';
import { formatDistance } from '../place/distance.ts';
import { useTiles } from '../place/tiles.ts';
import { useLanguage, useText } from '../text/useText.ts';
import { describeRoom } from './describeRoom.ts';
import styles from './NearbyPane.module.css';
import { isNewRoomBlocked, joinRadius, offersHere, ownRadius } from './offers.ts';
import { type Range, ranges } from './projection.ts';
import { Radar } from './Radar.tsx';
import { RangeSwitch } from './RangeSwitch.tsx';
import { RoomList } from './RoomList.tsx';
import { useNow } from './useNow.ts';

interface NearbyPaneProps {
  place: Location;
  currentRoomId: string | null;
  onEnter: (target: RoomTarget) => void;
  /** Opens the choice of another location. Without it, the choice is offered elsewhere. */
  onChangePlace?: () => void;
}

const storedRange = stored<Range>('earshot.range', (kept) => ranges.find((range) => range === kept) ?? 5_000);
const refreshMs = 5_000;

/** The rooms near a location: the radar, the same rooms as a list, and the rooms that can be opened here. */
export function NearbyPane({ place, currentRoomId, onEnter, onChangePlace }: NearbyPaneProps) {
  const text = useText().radar;
  const range = useStored(storedRange);
  const radius = Math.max(range, joinRadius);
  const { rooms, status, error, refresh } = useNearbyRooms(
    { location: place, radius, limit: limits.nearbyMax },
    { refreshMs },
  );
  const shownInBanner = useShownInBanner();
  useRefreshOnEntering(currentRoomId, refresh);
  // Distance bands end where ranges do, so a room reported within a range is within it.
  const inRange = useMemo(() => rooms.filter(({ distance }) => distance <= range), [rooms, range]);
  const describe = useDescribeRoom(place);
  const [language] = useLanguage();
  const shared = { rooms: inRange, currentRoomId, describe, onEnter: (roomId: string) => onEnter({ roomId }) };

  return (
    <section className={styles.around} aria-label={text.title}>
      <div className={styles.look}>
        <RangeSwitch range={range} onChange={storedRange.set} />
        <Radar place={place} range={range} {...shared} />
        <p className={styles.vague}>
          {text.vague} <Attribution tiles={useTiles()} />
        </p>
        {onChangePlace && (
          <button type="button" className={styles.change} onClick={onChangePlace}>
            {text.changePlace}
          </button>
        )}
      </div>
      <div className={styles.words}>
        {error !== null && rooms.length === 0 && !shownInBanner(error) && (
          <Problem cause={problemOf(error)} onRetry={refresh} />
        )}
        {status === 'loading' && <p className={styles.looking}>{text.looking}</p>}
        {status === 'ready' && inRange.length === 0 && <Empty range={range} />}
        <RoomList {...shared} />
        {status === 'ready' && isNewRoomBlocked(rooms) && (
          <p className={styles.blocked}>{text.newBlocked(formatDistance(ownRadius, language))}</p>
        )}
        <div className={styles.offers}>
          {status === 'ready' &&
            offersHere(rooms, place, currentRoomId).map(({ kind, target }, i) => (
              <button
                key={kind}
                type="button"
                className={i === 0 && kind !== 'openNew' ? 'button primary' : 'button'}
                onClick={() => onEnter(target)}
              >
                {text[kind]}
              </button>
            ))}
        </div>
      </div>
    </section>
  );
}

/** The user's own joining and leaving changes the nearby rooms, so they are refreshed at once. */
function useRefreshOnEntering(roomId: string | null, refresh: () => void): void {
  const before = useRef(roomId);
  useEffect(() => {
    if (before.current === roomId) return;
    before.current = roomId;
    refresh();
  }, [roomId, refresh]);
}

function useDescribeRoom(place: Location) {
  const { radar } = useText();
  const [language] = useLanguage();
  const now = useNow(30_000);
  return useMemo(
    () => (room: NearbyRoom) => describeRoom(room, place, { text: radar, language, now }),
    [place, radar, language, now],
  );
}

function Empty({ range }: { range: Range }) {
  const text = useText().radar;
  const [language] = useLanguage();
  return (
    <div className={styles.empty}>
      <p>{text.empty}</p>
      <p>{text.emptyHint(formatDistance(range, language))}</p>
    </div>
  );
}
