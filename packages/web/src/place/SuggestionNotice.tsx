import type { RoomTarget } from '@earshot/client';
import { useRoom } from '@earshot/client/react';
import { useEffect, useEffectEvent, useState } from 'react';
import { Problem } from '../errors/Problem.tsx';
import { problemOf } from '../errors/recovery.ts';
import { isolate } from '../lib/isolate.ts';
import { useLanguage, useText } from '../text/useText.ts';
import { formatDistance } from './distance.ts';
import type { Position } from './position.ts';
import type { RoomSuggestion } from './roomSuggestion.ts';
import { roomTitle } from './roomTitle.ts';
import styles from './SuggestionNotice.module.css';
import { useRoomSuggestion } from './useRoomSuggestion.ts';

interface SuggestionNoticeProps {
  /** The device's position. Unless it is granted, nothing is shown. */
  position: Position;
  /** The open room. */
  currentRoomId: string | null;
  /** Opens another room instead, which is already joined and live. */
  onHandOver: (target: { roomId: string }) => void;
}

/** Suggests a nearer room when the user has left the area of the open one. The new room is live before the old one is released. */
export function SuggestionNotice({ position, currentRoomId, onHandOver }: SuggestionNoticeProps) {
  const { suggestion, stay } = useRoomSuggestion(position, currentRoomId);
  const [going, setGoing] = useState<RoomTarget | null>(null);
  const next = useRoom(going);
  const { status, room, error } = next;

  const arrivedAt = going !== null && status === 'live' && room !== null ? room.id : null;
  const handOver = useEffectEvent((roomId: string) => onHandOver({ roomId }));
  useEffect(() => {
    if (arrivedAt !== null) handOver(arrivedAt);
  }, [arrivedAt]);

  // The room is held until the open room changes, so that the next screen takes it over live. A change to another room
  // cancels the suggestion.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each change of the open room counts
  useEffect(() => setGoing(null), [currentRoomId]);

  const location = position.status === 'granted' ? position.location : null;
  const isShown = suggestion !== null && location !== null;
  return (
    <div role="status" className={styles.region}>
      {isShown && (
        <Notice
          suggestion={suggestion}
          isGoing={going !== null && status !== 'stopped'}
          onGo={() => setGoing(suggestion.kind === 'room' ? { roomId: suggestion.room.id } : { location })}
          onStay={() => {
            setGoing(null);
            stay();
          }}
        />
      )}
      {isShown && status === 'stopped' && error !== null && (
        <Problem cause={problemOf(error)} onRetry={next.rejoin} onBack={() => setGoing(null)} />
      )}
    </div>
  );
}

interface NoticeProps {
  suggestion: RoomSuggestion;
  isGoing: boolean;
  onGo: () => void;
  onStay: () => void;
}

function Notice({ suggestion, isGoing, onGo, onStay }: NoticeProps) {
  const { place, radar } = useText();
  const text = place.moved;
  const [language] = useLanguage();
  return (
    <div className={styles.notice}>
      <div className={styles.words}>
        <p className={styles.title}>{text.title}</p>
        <p>
          {suggestion.kind === 'room'
            ? text.toRoom(
                isolate(roomTitle(suggestion.room.name, radar)),
                formatDistance(suggestion.room.distance, language),
              )
            : text.toNew}
        </p>
        <p className={styles.safe}>{text.safe}</p>
      </div>
      <div className={styles.actions}>
        <button type="button" className="button primary" aria-disabled={isGoing} onClick={isGoing ? undefined : onGo}>
          {isGoing ? text.going : suggestion.kind === 'room' ? text.go : text.open}
        </button>
        <button type="button" className="button" onClick={onStay}>
          {text.stay}
        </button>
      </div>
    </div>
  );
}
