import type { RoomTarget, User } from '@earshot/client';
import { useState } from 'react';
import { Dialog } from '../components/Dialog.tsx';
import { SettingsIcon } from '../components/icons.tsx';
import { Logo } from '../components/Logo.tsx';
import type { KnownPlace } from '../place/usePlace.ts';
import { NearbyPane } from '../radar/NearbyPane.tsx';
import { useText } from '../text/useText.ts';
import { PlaceStep } from '../welcome/PlaceStep.tsx';
import { SettingsDialog } from './SettingsDialog.tsx';
import styles from './SidePane.module.css';

interface SidePaneProps {
  me: User;
  known: KnownPlace;
  currentRoomId: string | null;
  onEnter: (target: RoomTarget) => void;
  onRename: () => void;
}

/** Shows the nearby rooms, or asks for a location, and opens the settings. */
export function SidePane({ me, known, currentRoomId, onEnter, onRename }: SidePaneProps) {
  const text = useText();
  const { place } = known;
  const [open, setOpen] = useState<'nothing' | 'settings' | 'place'>('nothing');
  const close = () => setOpen('nothing');

  return (
    <>
      <header className={styles.bar}>
        <p className={styles.brand}>
          <Logo />
          {text.app.name}
        </p>
        <button
          type="button"
          className="button icon"
          aria-label={text.app.settings}
          title={text.app.settings}
          onClick={() => setOpen('settings')}
        >
          <SettingsIcon />
        </button>
      </header>
      {place === null ? (
        <div className={styles.where}>
          <h2>{text.welcome.placeTitle(me.username)}</h2>
          <PlaceStep known={known} />
        </div>
      ) : (
        <NearbyPane
          place={place.location}
          currentRoomId={currentRoomId}
          onEnter={onEnter}
          onChangePlace={() => setOpen('place')}
        />
      )}
      {open === 'settings' && (
        <SettingsDialog
          name={me.username}
          onRename={() => {
            close();
            onRename();
          }}
          onChangePlace={() => setOpen('place')}
          onClose={close}
        />
      )}
      {open === 'place' && (
        <Dialog title={text.welcome.placeTitleShort} onClose={close}>
          <PlaceStep known={known} onDone={close} />
        </Dialog>
      )}
    </>
  );
}
