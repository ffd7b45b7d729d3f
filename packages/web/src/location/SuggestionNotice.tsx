import type { RoomTarget } from '@earshot/client';
import { useRoom } from '@earshot/client/react';
import { useEffect, useEffectEvent, useState } from 'react';
import { Problem } from '../errors/Problem.tsx';
import { problemOf } from '../errors/recovery.ts';
import { isolate } from '../lib/isolate.ts';
import { useSuggestionText } from '../text/useSuggestionText.ts';
import { useLanguage, useText } from '../text/useText.ts';
import type { DeviceLocation } from './deviceLocation.ts';
import { formatDistance } from './distance.ts';
import type { RoomSuggestion } from './roomSuggestion.ts';
import { roomTitle } from './roomTitle.ts';
import styles from './SuggestionNotice.module.css';
import { useRoomSuggestion } from './useRoomSuggestion.ts';

interface SuggestionNoticeProps {
  /** Unless it is granted, nothing is shown. */
  deviceLocation: DeviceLocation;
  /** The open room. */
  currentRoomId: string | null;
  /** Opens another room instead, which is already joined and live. */
  onHandOver: (target: { roomId: string }) => void;
}

/** Suggests a nearer room when the user has left the area of the open one. The new room is live before the old one is released. */
export function SuggestionNotice({ deviceLocation, currentRoomId, onHandOver }: SuggestionNoticeProps) {
  const { suggestion, decline } = useRoomSuggestion(deviceLocation, currentRoomId);
  const [nextTarget, setNextTarget] = useState<RoomTarget | null>(null);
  const nextRoom = useRoom(nextTarget);
  const { status, room, error } = nextRoom;

  const liveRoomId = nextTarget !== null && status === 'live' && room !== null ? room.id : null;
  const handOver = useEffectEvent((roomId: string) => onHandOver({ roomId }));
  useEffect(() => {
    if (liveRoomId !== null) handOver(liveRoomId);
  }, [liveRoomId]);

  // The room is held until the open room changes, so that the next screen takes it over live. A change to another room
  // cancels the suggestion.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each change of the open room counts
  useEffect(() => setNextTarget(null), [currentRoomId]);

  const location = deviceLocation.status === 'granted' ? deviceLocation.location : null;
  const isShown = suggestion !== null && location !== null;
  return (
    <div role="status" className={styles.region}>
      {isShown && (
        <Notice
          suggestion={suggestion}
          isSwitching={nextTarget !== null && status !== 'stopped'}
          onSwitch={() => setNextTarget(suggestion.kind === 'room' ? { roomId: suggestion.room.id } : { location })}
          onDecline={() => {
            setNextTarget(null);
            decline();
          }}
        />
      )}
      {isShown && status === 'stopped' && error !== null && (
        <Problem cause={problemOf(error)} onRetry={nextRoom.rejoin} onBack={() => setNextTarget(null)} />
      )}
    </div>
  );
}

interface NoticeProps {
  suggestion: RoomSuggestion;
  isSwitching: boolean;
  onSwitch: () => void;
  onDecline: () => void;
}

function Notice({ suggestion, isSwitching, onSwitch, onDecline }: NoticeProps) {
  const { radar } = useText();
  const text = useSuggestionText();
  const [language] = useLanguage();
  return (
    <div className={styles.notice}>
      <div className={styles.message}>
        <p className={styles.title}>{text.title}</p>
        <p>
          {suggestion.kind === 'room'
            ? text.toRoom(
                isolate(roomTitle(suggestion.room, radar)),
                formatDistance(suggestion.room.distance, language),
              )
            : text.toNew}
        </p>
        <p className={styles.draftsKept}>{text.draftsKept}</p>
      </div>
      <div className={styles.actions}>
        <button
          type="button"
          className="button primary"
          aria-disabled={isSwitching}
          onClick={isSwitching ? undefined : onSwitch}
        >
          {isSwitching ? text.switching : suggestion.kind === 'room' ? text.switch : text.open}
        </button>
        <button type="button" className="button" onClick={onDecline}>
          {text.stay}
        </button>
      </div>
    </div>
  );
}
