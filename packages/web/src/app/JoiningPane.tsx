import type { RoomTarget } from '@earshot/client';
import { Problem } from '../errors/Problem.tsx';
import { useText } from '../text/useText.ts';
import styles from './Pane.module.css';
import type { JoiningRoom } from './useEnterRoom.ts';

interface JoiningPaneProps {
  joiningRoom: JoiningRoom;
  onRetry: (target: RoomTarget) => void;
  onBack: () => void;
}

/** Shown while a room chosen by location is being joined, or when that failed. */
export function JoiningPane({ joiningRoom: { target, problem }, onRetry, onBack }: JoiningPaneProps) {
  const text = useText();
  return (
    <div className={styles.pane}>
      {problem === null ? (
        <>
          <p role="status" className={styles.hint}>
            {text.app.findingRoom}
          </p>
          <button type="button" className="button quiet" onClick={onBack}>
            {text.welcome.cancel}
          </button>
        </>
      ) : (
        <Problem cause={problem} onRetry={() => onRetry(target)} onBack={onBack} />
      )}
    </div>
  );
}
