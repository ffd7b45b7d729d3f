import { Dialog } from '../components/Dialog.tsx';
import { useSettings } from '../lib/settings.ts';
import { usePrivacyText } from '../text/usePrivacyText.ts';
import { BlockedPeople } from './BlockedPeople.tsx';
import { EraseData } from './EraseData.tsx';
import { ExportData } from './ExportData.tsx';
import styles from './Privacy.module.css';
import { SignOut } from './SignOut.tsx';
import { VisibilityChoice } from './VisibilityChoice.tsx';

interface PrivacyDialogProps {
  /** The open room; null for none. */
  roomId: string | null;
  /** Forgets everything about the user on this device. */
  onForget: () => void;
  onClose: () => void;
}

/** Who sees the user's name, whom the user blocked, and the user's sessions and data. */
export function PrivacyDialog({ roomId, onForget, onClose }: PrivacyDialogProps) {
  const text = usePrivacyText();
  const { auth } = useSettings();
  return (
    <Dialog title={text.title} onClose={onClose}>
      <div className={styles.parts}>
        <VisibilityChoice roomId={roomId} />
        <BlockedPeople />
        {/* Without tokens, anybody could read and erase the data of any user. */}
        {auth !== 'open' && (
          <>
            <section className={styles.part}>
              <h3>{text.sessionsTitle}</h3>
              <SignOut onForget={onForget} />
            </section>
            <section className={styles.part}>
              <h3>{text.dataTitle}</h3>
              <ExportData />
              <EraseData onErased={onForget} />
            </section>
          </>
        )}
      </div>
    </Dialog>
  );
}
