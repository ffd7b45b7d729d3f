import { Dialog } from '../components/Dialog.tsx';
import { useSettings } from '../lib/settings.ts';
import { usePrivacyText } from '../text/usePrivacyText.ts';
import { BlockedPeople } from './BlockedPeople.tsx';
import { EraseData } from './EraseData.tsx';
import { ExportData } from './ExportData.tsx';
import styles from './Privacy.module.css';
import { VisibilityChoice } from './VisibilityChoice.tsx';

interface PrivacyDialogProps {
  /** The open room; null for none. */
  roomId: string | null;
  onErased: () => void;
  onClose: () => void;
}

/** Who sees the user's name, whom the user blocked, and the user's data. */
export function PrivacyDialog({ roomId, onErased, onClose }: PrivacyDialogProps) {
  const text = usePrivacyText();
  const { auth } = useSettings();
  return (
    <Dialog title={text.title} onClose={onClose}>
      <div className={styles.parts}>
        <VisibilityChoice roomId={roomId} />
        <BlockedPeople />
        {/* Without tokens, anybody could read and erase the data of any user. */}
        {auth !== 'open' && (
          <section className={styles.part}>
            <h3>{text.dataTitle}</h3>
            <ExportData />
            <EraseData onErased={onErased} />
          </section>
        )}
      </div>
    </Dialog>
  );
}
