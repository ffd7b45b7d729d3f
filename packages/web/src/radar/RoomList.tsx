import type { NearbyOrder, NearbyRoom } from '@earshot/client';
import { useGuestLabel } from '../text/useGuestLabel.ts';
import { useText } from '../text/useText.ts';
import type { RoomDescription } from './describeRoom.ts';
import styles from './RoomList.module.css';
import { Wave } from './Wave.tsx';
import type { Wakes } from './wakes.ts';

interface RoomListProps {
  /** In this order. */
  rooms: readonly NearbyRoom[];
  order: NearbyOrder;
  wakes: Wakes;
  currentRoomId: string | null;
  describe: (room: NearbyRoom) => RoomDescription;
  onEnter: (roomId: string) => void;
}

/** The rooms of the radar as a list of buttons. */
export function RoomList({ rooms, order, wakes, currentRoomId, describe, onEnter }: RoomListProps) {
  const text = useText().radar;
  const guestLabel = useGuestLabel();
  return (
    <ul className={styles.list} aria-label={order === 'near' ? text.list : text.listLively}>
      {rooms.map((room) => {
        const { title, where, here, last, ago } = describe(room);
        const { preview } = room;
        const isCurrent = room.id === currentRoomId;
        return (
          <li key={room.id}>
            <button type="button" className={styles.room} aria-current={isCurrent} onClick={() => onEnter(room.id)}>
              <span className={styles.count} data-people={room.userCount > 0} aria-hidden="true">
                {!isCurrent && <Wave count={wakes.get(room.id)} />}
                {room.userCount}
              </span>
              <span className={styles.title}>
                <bdi>{title}</bdi>
                {isCurrent && <span className="visually-hidden">, {text.current}</span>}
              </span>
              <span className={styles.ago} aria-hidden="true">
                {ago}
              </span>
              <span className={styles.where}>
                {where}
                <span className="visually-hidden">
                  , {here}, {last}
                </span>
              </span>
              {preview && (
                <span className={styles.preview}>
                  <bdi>{preview.username}</bdi>
                  {guestLabel(preview.userId)}: <bdi>{preview.content}</bdi>
                </span>
              )}
            </button>
          </li>
        );
      })}
    </ul>
  );
}
