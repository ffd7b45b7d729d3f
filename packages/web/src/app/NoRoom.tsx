import { Logo } from '../components/Logo.tsx';
import { useText } from '../text/useText.ts';
import styles from './Pane.module.css';

/** Fills the room's pane while no room is open. */
export function NoRoom() {
  const text = useText();
  return (
    <div className={styles.pane}>
      <Logo size={72} />
      <h2>{text.app.noRoomYet}</h2>
      <p className={styles.hint}>{text.app.noRoomHint}</p>
    </div>
  );
}
