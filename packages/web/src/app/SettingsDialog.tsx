import { Suspense, useState } from 'react';
import { Dialog } from '../components/Dialog.tsx';
import { Preferences } from '../components/Preferences.tsx';
import { lazyComponent } from '../lib/lazyComponent.ts';
import { usePrivacyText } from '../text/usePrivacyText.ts';
import { useText } from '../text/useText.ts';
import styles from './SettingsDialog.module.css';
import { StartOver, startOver } from './StartOver.tsx';

const PrivacyDialog = lazyComponent(() =>
  import('../privacy/PrivacyDialog.tsx').then((module) => module.PrivacyDialog),
);

interface SettingsDialogProps {
  name: string;
  /** The open room; null for none. */
  roomId: string | null;
  onRename: () => void;
  onChangeLocation: () => void;
  onClose: () => void;
}

/** The user's name and location, and the page's language and appearance. */
export function SettingsDialog({ name, roomId, onRename, onChangeLocation, onClose }: SettingsDialogProps) {
  const text = useText();
  const privacy = usePrivacyText();
  const [isPrivacyOpen, setIsPrivacyOpen] = useState(false);
  return (
    <Dialog title={text.app.settings} onClose={onClose}>
      <div className={styles.rows}>
        <p className={styles.name}>{text.app.youAre(name)}</p>
        <div className={styles.buttons}>
          <button type="button" className="button" onClick={onRename}>
            {text.app.rename}
          </button>
          <button type="button" className="button" onClick={onChangeLocation}>
            {text.app.changeLocation}
          </button>
          <button type="button" className="button" aria-haspopup="dialog" onClick={() => setIsPrivacyOpen(true)}>
            {privacy.title}
          </button>
        </div>
      </div>
      <Preferences />
      <StartOver />
      <Suspense>
        {isPrivacyOpen && (
          <PrivacyDialog roomId={roomId} onForget={startOver} onClose={() => setIsPrivacyOpen(false)} />
        )}
      </Suspense>
    </Dialog>
  );
}
