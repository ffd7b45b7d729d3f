import { Dialog } from '../components/Dialog.tsx';
import { Preferences } from '../components/Preferences.tsx';
import { useText } from '../text/useText.ts';
import styles from './SettingsDialog.module.css';
import { StartOver } from './StartOver.tsx';

interface SettingsDialogProps {
  name: string;
  onRename: () => void;
  onChangeLocation: () => void;
  onClose: () => void;
}

/** The user's name and location, and the page's language and appearance. */
export function SettingsDialog({ name, onRename, onChangeLocation, onClose }: SettingsDialogProps) {
  const text = useText();
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
        </div>
      </div>
      <Preferences />
      <StartOver />
    </Dialog>
  );
}
