import { Suspense, useEffect, useState } from 'react';
import { Dialog } from '../components/Dialog.tsx';
import { LocateIcon, PinIcon } from '../components/icons.tsx';
import { Problem } from '../errors/Problem.tsx';
import { lazyComponent } from '../lib/lazyComponent.ts';
import { positionProblem } from '../place/position.ts';
import type { KnownPlace } from '../place/usePlace.ts';
import { useText } from '../text/useText.ts';
import styles from './step.module.css';

const PlacePicker = lazyComponent(() => import('../place/PlacePicker.tsx').then((module) => module.PlacePicker));

interface PlaceStepProps {
  known: KnownPlace;
  onDone?: () => void;
}

/** Asks for a location: the device's, or one that the user chooses. */
export function PlaceStep({ known, onDone }: PlaceStepProps) {
  const text = useText();
  const { share, choose, position, place } = known;
  const [choosing, setChoosing] = useState(false);
  const problem = positionProblem(position);
  const asking = position.status === 'asking';
  const [sharing, setSharing] = useState(false);
  const found = sharing && position.status === 'granted';

  useEffect(() => {
    if (found) onDone?.();
  }, [found, onDone]);

  function askDevice(): void {
    setSharing(true);
    share();
  }

  return (
    <div className={styles.step}>
      <p className={styles.hint}>{text.welcome.placeLead}</p>
      {problem !== null && <Problem cause={problem} onRetry={askDevice} />}
      <div className={styles.choices}>
        <button
          type="button"
          className={problem === null ? 'button primary' : 'button'}
          aria-disabled={asking}
          onClick={askDevice}
        >
          <LocateIcon />
          {asking ? text.welcome.locating : text.welcome.share}
        </button>
        <button
          type="button"
          className={problem === null ? 'button' : 'button primary'}
          onClick={() => setChoosing(true)}
        >
          <PinIcon />
          {text.welcome.choose}
        </button>
      </div>
      {choosing && (
        <Dialog title={text.welcome.chooseTitle} onClose={() => setChoosing(false)}>
          <Suspense fallback={<p className={styles.hint}>{text.app.starting}</p>}>
            <PlacePicker
              value={place?.location ?? null}
              onPick={(location) => {
                setChoosing(false);
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
