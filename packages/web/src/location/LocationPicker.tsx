import type { Location } from '@earshot/client';
import { type SubmitEvent, useId, useState } from 'react';
import { useText } from '../text/useText.ts';
import styles from './LocationPicker.module.css';
import { MapFrame } from './MapFrame.tsx';
import { checkLocation, moveMap, startPicking, typeLocation } from './picking.ts';

interface LocationPickerProps {
  /** The initial location; null if none was chosen yet. */
  value: Location | null;
  onPick: (location: Location) => void;
}

/** Chooses a location: by typing or pasting it, or by dragging the map under a pin. */
export function LocationPicker({ value, onPick }: LocationPickerProps) {
  const text = useText().location;
  const [picking, setPicking] = useState(() => startPicking(value));
  const [hintId, problemId] = [useId(), useId()];
  const { typed, chosen, view, problem } = picking;

  function submit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    if (chosen !== null) onPick(chosen);
    else setPicking((now) => checkLocation(now, text.compass, true));
  }

  return (
    <form className={styles.picker} onSubmit={submit} noValidate>
      <label className="field">
        {text.field}
        <input
          value={typed}
          onChange={(event) => setPicking((now) => typeLocation(now, event.target.value, text.compass))}
          onBlur={() => setPicking((now) => checkLocation(now, text.compass, false))}
          placeholder={text.fieldHint}
          maxLength={2_000}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          aria-invalid={problem !== null}
          aria-describedby={problemId}
        />
      </label>
      <p id={problemId} role="status" className={styles.problem}>
        {problem !== null && text.problems[problem]}
      </p>
      <MapFrame
        view={view}
        chosen={chosen !== null}
        onChange={(change) => setPicking((now) => moveMap(now, change))}
        describedBy={hintId}
      />
      <p id={hintId} className={styles.hint}>
        {text.mapHint}
      </p>
      <button type="submit" className="button primary">
        {text.use}
      </button>
    </form>
  );
}
