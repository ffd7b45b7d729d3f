import { Dialog } from '../../components/Dialog.tsx';
import { useText } from '../../text/useText.ts';
import styles from './LeaveDialog.module.css';

interface LeaveDialogProps {
  onStay: () => void;
  onLeave: () => void;
}

/** Asks before the user leaves a room. */
export function LeaveDialog({ onStay, onLeave }: LeaveDialogProps) {
  const { room } = useText();
  return (
    <Dialog title={room.leaveQuestion} onClose={onStay}>
      <p>{room.leaveHint}</p>
      <div className={styles.choices}>
        <button type="button" className="button" onClick={onStay}>
          {room.stayHere}
        </button>
        <button type="button" className="button primary" onClick={onLeave}>
          {room.leave}
        </button>
      </div>
    </Dialog>
  );
}
