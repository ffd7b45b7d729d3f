import type { RoomTarget, User } from '@earshot/client';
import { Suspense, useState } from 'react';
import { Dialog } from '../components/Dialog.tsx';
import { SettingsIcon } from '../components/icons.tsx';
import { Logo } from '../components/Logo.tsx';
import { lazyComponent } from '../lib/lazyComponent.ts';
import type { UserLocation } from '../location/useUserLocation.ts';
import { NearbyPane } from '../radar/NearbyPane.tsx';
import { useText } from '../text/useText.ts';
import { openAround } from './route.ts';
import styles from './SidePane.module.css';

const LocationStep = lazyComponent(() => import('../welcome/LocationStep.tsx').then((module) => module.LocationStep));
const SettingsDialog = lazyComponent(() => import('./SettingsDialog.tsx').then((module) => module.SettingsDialog));

interface SidePaneProps {
  me: User;
  userLocation: UserLocation;
  currentRoomId: string | null;
  onEnter: (target: RoomTarget) => void;
  onRename: () => void;
}

/** Shows the nearby rooms, or asks for a location, and opens the settings. */
export function SidePane({ me, userLocation, currentRoomId, onEnter, onRename }: SidePaneProps) {
  const text = useText();
  const { saved } = userLocation;
  const [openDialog, setOpenDialog] = useState<'none' | 'settings' | 'location'>('none');
  const close = () => setOpenDialog('none');

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
          onClick={() => setOpenDialog('settings')}
        >
          <SettingsIcon />
        </button>
      </header>
      {saved === null ? (
        <div className={styles.location}>
          <h2>{text.welcome.locationTitle(me.username)}</h2>
          <Suspense>
            <LocationStep userLocation={userLocation} />
          </Suspense>
        </div>
      ) : (
        <NearbyPane
          location={saved.location}
          currentRoomId={currentRoomId}
          onEnter={onEnter}
          onShowAround={openAround}
          onChangeLocation={() => setOpenDialog('location')}
        />
      )}
      <Suspense>
        {openDialog === 'settings' && (
          <SettingsDialog
            name={me.username}
            roomId={currentRoomId}
            onRename={() => {
              close();
              onRename();
            }}
            onChangeLocation={() => setOpenDialog('location')}
            onClose={close}
          />
        )}
      </Suspense>
      {openDialog === 'location' && (
        <Dialog title={text.welcome.locationTitleShort} onClose={close}>
          <Suspense>
            <LocationStep userLocation={userLocation} onDone={close} />
          </Suspense>
        </Dialog>
      )}
    </>
  );
}
