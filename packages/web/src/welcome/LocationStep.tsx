import { Suspense, useEffect, useState } from 'react';
import { Dialog } from '../components/Dialog.tsx';
import { LocateIcon, PinIcon } from '../components/icons.tsx';
import { Problem } from '../errors/Problem.tsx';
import { lazyComponent } from '../lib/lazyComponent.ts';
import { locationErrorCode } from '../location/deviceLocation.ts';
import type { UserLocation } from '../location/useUserLocation.ts';
import { useText } from '../text/useText.ts';
import styles from './step.module.css';

const LocationPicker = lazyComponent(() =>
  import('../location/LocationPicker.tsx').then((module) => module.LocationPicker),
);

interface LocationStepProps {
  userLocation: UserLocation;
  onDone?: () => void;
}

/** Asks for a location: the device's, or one that the user chooses. */
export function LocationStep({ userLocation, onDone }: LocationStepProps) {
  const text = useText();
  const { saved, device, share, choose } = userLocation;
  const [isPickerOpen, setIsPickerOpen] = useState(false);
  const problem = locationErrorCode(device);
  const isLocating = device.status === 'locating';
  const [isSharing, setIsSharing] = useState(false);
  const found = isSharing && device.status === 'granted';

  useEffect(() => {
    if (found) onDone?.();
  }, [found, onDone]);

  function shareLocation(): void {
    setIsSharing(true);
    share();
  }

  return (
    <div className={styles.step}>
      <p className={styles.hint}>{text.welcome.locationLead}</p>
      {problem !== null && <Problem cause={problem} onRetry={shareLocation} />}
      <div className={styles.choices}>
        <button
          type="button"
          className={problem === null ? 'button primary' : 'button'}
          aria-disabled={isLocating}
          onClick={shareLocation}
        >
          <LocateIcon />
          {isLocating ? text.welcome.locating : text.welcome.share}
        </button>
        <button
          type="button"
          className={problem === null ? 'button' : 'button primary'}
          onClick={() => setIsPickerOpen(true)}
        >
          <PinIcon />
          {text.welcome.choose}
        </button>
      </div>
      {isPickerOpen && (
        <Dialog title={text.welcome.chooseTitle} onClose={() => setIsPickerOpen(false)}>
          <Suspense fallback={<p className={styles.hint}>{text.app.starting}</p>}>
            <LocationPicker
              value={saved?.location ?? null}
              onPick={(location) => {
                setIsPickerOpen(false);
                choose(location);
                onDone?.();
              }}
            />
          </Suspense>
        </Dialog>
      )}
    </div>
  );
}
