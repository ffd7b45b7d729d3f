import { type RoomView, useMute } from '@earshot/client/react';
import { useEffect, useState } from 'react';
import { endTime } from '../../errors/endTime.ts';
import { isolate } from '../../lib/isolate.ts';
import { useSafetyText } from '../../text/useSafetyText.ts';
import styles from './MuteNotice.module.css';

/** Milliseconds for which the end of a mute is shown. */
const endShownMs = 10_000;

interface MuteNoticeProps {
  view: RoomView;
  /** Whether the user is muted here: called with each change. Must stay the same. */
  onChange: (isMuted: boolean) => void;
  /** The id of the notice, which describes the field for messages. */
  id: string;
}

/** Says why the user can't write in the room, and until when; then that the mute has ended. Renders nothing otherwise. */
export function MuteNotice({ view, onChange, id }: MuteNoticeProps) {
  const text = useSafetyText();
  const mute = useMute(view);
  const isMuted = mute !== null;
  const hasEnded = useJustEnded(isMuted);
  useEffect(() => {
    onChange(isMuted);
    return () => onChange(false);
  }, [isMuted, onChange]);
  return (
    <div role="status" id={id}>
      {mute !== null && (
        <div className={styles.muted}>
          <p className={styles.fact}>{text.muted(mute.scope.type, mute.endsAt ? endTime(mute.endsAt) : '')}</p>
          {mute.reason !== null && <p>{text.reasonGiven(isolate(mute.reason))}</p>}
          <p className={styles.hint}>{text.mutedHint}</p>
        </div>
      )}
      {hasEnded && <p className={styles.ended}>{text.unmuted}</p>}
    </div>
  );
}

/** Whether something ended within the last seconds. */
function useJustEnded(isOn: boolean): boolean {
  const [wasOn, setWasOn] = useState(isOn);
  const [hasEnded, setHasEnded] = useState(false);
  if (wasOn !== isOn) {
    setWasOn(isOn);
    setHasEnded(!isOn);
  }
  useEffect(() => {
    if (!hasEnded) return;
    const timer = setTimeout(setHasEnded, endShownMs, false);
    return () => clearTimeout(timer);
  }, [hasEnded]);
  return hasEnded;
}
