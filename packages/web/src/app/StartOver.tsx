import { useWaiting } from '@earshot/client/react';
import { useState } from 'react';
import { storedIdentity, storedLocation } from '../lib/session.ts';
import { countUnsent, deleteUnsent } from '../outbox/unsent.ts';
import { deleteRoomData } from '../room/roomStorage.ts';
import { useText } from '../text/useText.ts';
import styles from './SettingsDialog.module.css';

/** Forgets the identity of this page. Asks first if unsent messages would be lost; the safe button gets the focus. */
export function StartOver() {
  const { app } = useText();
  const waiting = useWaiting();
  const [unsent, setUnsent] = useState(0);

  async function confirmOrStart(): Promise<void> {
    // Messages that the server rejected are not waiting, but the user could still resend them.
    const count = Math.max(waiting, await countUnsent());
    setUnsent(count);
    if (count === 0) startOver();
  }

  if (unsent === 0) {
    return (
      <div className={styles.rows}>
        <p className={styles.hint}>{app.startOverHint}</p>
        <button
          type="button"
          className={`button quiet danger ${styles.startOver}`}
          onClick={() => void confirmOrStart()}
        >
          {app.startOver}
        </button>
      </div>
    );
  }
  return (
    <div className={styles.rows}>
      <p role="alert">{app.startOverLoses(unsent)}</p>
      <div className={styles.buttons}>
        {/* biome-ignore lint/a11y/noAutofocus: the button that was pressed is gone */}
        <button type="button" className="button" autoFocus onClick={() => setUnsent(0)}>
          {app.keepUnsent}
        </button>
        <button type="button" className="button danger" onClick={startOver}>
          {app.startOverAnyway}
        </button>
      </div>
    </div>
  );
}

/** Deletes everything about the user from this device: name, location, drafts, read positions and unsent messages. */
export function startOver(): void {
  storedLocation.set(null);
  // This closes the client before it can send or store anything more.
  storedIdentity.set(null);
  deleteRoomData();
  void deleteUnsent();
}
