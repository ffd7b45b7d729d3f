import type { Location, NearbyRoom, RoomTarget } from '@earshot/client';
import { useNearbyRooms } from '@earshot/client/react';
import { limits } from '@earshot/shared';
import { useEffect, useMemo, useRef } from 'react';
import { useShownInBanner } from '../connection/useShownInBanner.ts';
import { Problem } from '../errors/Problem.tsx';
import { problemOf } from '../errors/recovery.ts';
import { useStored } from '../lib/stored.ts';
import { Attribution } from '../location/Attribution.tsx';
import { formatDistance } from '../location/distance.ts';
import { useTiles } from '../location/tiles.ts';
import { useLanguage, useText } from '../text/useText.ts';
import { describeRoom } from './describeRoom.ts';
import { compareLiveliness } from './liveliness.ts';
import styles from './NearbyPane.module.css';
import { OrderSwitch } from './OrderSwitch.tsx';
import { isNewRoomBlocked, joinRadius, offersHere, ownRadius } from './offers.ts';
import { storedOrder } from './order.ts';
import type { Range } from './projection.ts';
import { Radar } from './Radar.tsx';
import { RangeSwitch } from './RangeSwitch.tsx';
import { RoomList } from './RoomList.tsx';
import { storedRange } from './range.ts';
import { useNow } from './useNow.ts';
import { useWakes } from './wakes.ts';
import { withTitles } from './withTitles.ts';

interface NearbyPaneProps {
  location: Location;
  currentRoomId: string | null;
  onEnter: (target: RoomTarget) => void;
  /** Shows the messages of all rooms around. */
  onShowAround: () => void;
  /** Opens the choice of another location. Without it, the choice is offered elsewhere. */
  onChangeLocation?: () => void;
}

/** Milliseconds, while the subscription to the rooms is interrupted. */
const refreshMs = 5_000;

/** The rooms near a location: the radar, the same rooms as a list, and the rooms that can be opened here. */
export function NearbyPane({ location, currentRoomId, onEnter, onShowAround, onChangeLocation }: NearbyPaneProps) {
  const text = useText().radar;
  const range = useStored(storedRange);
  const radius = Math.max(range, joinRadius);
  const { rooms, status, error, refresh } = useNearbyRooms(
    { location, radius, limit: limits.nearbyMax },
    { refreshMs, watch: true },
  );
  const shownInBanner = useShownInBanner();
  useRefreshOnEntering(currentRoomId, refresh);
  // Distance bands end where ranges do, so a room reported within a range is within it.
  const inRange = useMemo(
    () => withTitles(rooms, text).filter(({ distance }) => distance <= range),
    [rooms, text, range],
  );
  const order = useStored(storedOrder);
  // The subscription has the nearest 100 rooms, which are those that the server would sort.
  const listed = useMemo(() => (order === 'lively' ? inRange.toSorted(compareLiveliness) : inRange), [inRange, order]);
  const now = useNow(30_000);
  const describe = useDescribeRoom(location, now);
  const [language] = useLanguage();
  const wakes = useWakes(status === 'ready' || rooms.length > 0 ? rooms : null);
  const shared = { wakes, currentRoomId, describe, onEnter: (roomId: string) => onEnter({ roomId }) };

  return (
    <section className={styles.pane} aria-label={text.title}>
      <div className={styles.map}>
        <RangeSwitch range={range} onChange={storedRange.set} />
        <Radar rooms={inRange} location={location} range={range} {...shared} />
        <p className={styles.accuracy}>
          {text.accuracyHint} <Attribution tiles={useTiles()} />
        </p>
        {onChangeLocation && (
          <button type="button" className={styles.change} onClick={onChangeLocation}>
            {text.changeLocation}
          </button>
        )}
      </div>
      <div className={styles.rooms}>
        {error !== null && rooms.length === 0 && !shownInBanner(error) && (
          <Problem cause={problemOf(error)} onRetry={refresh} />
        )}
        {status === 'loading' && <p className={styles.loading}>{text.loading}</p>}
        {status === 'ready' && inRange.length === 0 && <Empty range={range} />}
        <button type="button" className="button" onClick={onShowAround}>
          {text.showAround}
        </button>
        {listed.length > 1 && <OrderSwitch order={order} onChange={storedOrder.set} />}
        <RoomList rooms={listed} order={order} {...shared} />
        {status === 'ready' && isNewRoomBlocked(rooms) && (
          <p className={styles.blocked}>{text.newBlocked(formatDistance(ownRadius, language))}</p>
        )}
        <div className={styles.offers}>
          {status === 'ready' &&
            offersHere(rooms, location, { currentRoomId, now }).map(({ kind, target }, i) => (
              <button
                key={kind}
                type="button"
                className={i === 0 && kind !== 'createAnother' ? 'button primary' : 'button'}
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
  const previous = useRef(roomId);
  useEffect(() => {
    if (previous.current === roomId) return;
    previous.current = roomId;
    refresh();
  }, [roomId, refresh]);
}

function useDescribeRoom(location: Location, now: number) {
  const { radar } = useText();
  const [language] = useLanguage();
  return useMemo(
    () => (room: NearbyRoom) => describeRoom(room, location, { text: radar, language, now }),
    [location, radar, language, now],
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
