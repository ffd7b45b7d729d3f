import type { Location } from '@earshot/client';
import { type SubmitEvent, useEffect, useId, useState } from 'react';
import { describeError } from '../errors/recovery.ts';
import { usePickerText } from '../text/usePickerText.ts';
import { useLanguage, useText } from '../text/useText.ts';
import { countryName } from './countryName.ts';
import styles from './LocationPicker.module.css';
import { MapFrame } from './MapFrame.tsx';
import { PlaceField } from './PlaceField.tsx';
import {
  checkLocation,
  choosePlace,
  moveMap,
  type Picking,
  searchText,
  startPicking,
  typeLocation,
} from './picking.ts';
import { type Place, type PlaceSearch, usePlaceSearch } from './usePlaceSearch.ts';

interface LocationPickerProps {
  /** The initial location; null if none was chosen yet. */
  value: Location | null;
  onPick: (location: Location) => void;
}

/** Chooses a location: by the name of a place, by typing or pasting coordinates, or by dragging the map under a pin. */
export function LocationPicker({ value, onPick }: LocationPickerProps) {
  const text = usePickerText();
  const { compass } = useText().radar;
  const [language] = useLanguage();
  const [picking, setPicking] = useState(() => startPicking(value));
  const [takesFirst, setTakesFirst] = useState(false);
  const [hintId, statusId] = [useId(), useId()];
  const { typed, chosen, view, problem } = picking;
  const search = usePlaceSearch(searchText(picking, compass), value);

  function pick({ name, country, location }: Place): void {
    setTakesFirst(false);
    setPicking((now) => choosePlace(now, `${name}, ${countryName(country, language)}`, location));
  }

  /** Of a name without a choice, the first place is shown; submitting again uses it. */
  function submit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    if (chosen !== null) onPick(chosen);
    else if (search.status === 'idle') setPicking((now) => checkLocation(now, compass, true));
    else {
      if (search.status === 'failed') search.retry();
      setTakesFirst(true);
    }
  }

  useEffect(() => {
    if (!takesFirst || search.status === 'searching' || search.status === 'offline') return;
    setTakesFirst(false);
    const [first] = search.places;
    if (first !== undefined) pick(first);
  });

  return (
    <form className={styles.picker} onSubmit={submit} noValidate>
      <PlaceField
        value={typed}
        places={search.places}
        onType={(next) => {
          setTakesFirst(false);
          setPicking((now) => typeLocation(now, next, compass));
        }}
        onPick={pick}
        onBlur={() => setPicking((now) => checkLocation(now, compass, false))}
        invalid={problem !== null}
        describedBy={statusId}
      />
      <Status id={statusId} picking={picking} search={search} />
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
      <small className={styles.hint}>
        {text.placeNames}{' '}
        <a href="https://www.geonames.org" target="_blank" rel="noreferrer">
          GeoNames
        </a>{' '}
        (CC BY 4.0)
      </small>
    </form>
  );
}

/** The problem of the text, or the result of the search for it; announced to screen readers. */
function Status({ id, picking, search }: { id: string; picking: Picking; search: PlaceSearch }) {
  const text = usePickerText();
  const pageText = useText();
  const { problem, typed } = picking;
  const { places, status } = search;
  const isFound = status === 'found' && places.length > 0;
  const found = {
    idle: '',
    searching: text.searching,
    offline: text.searchOffline,
    failed: search.problem === null ? '' : describeError(search.problem, pageText),
    found: isFound ? text.found(places.length) : text.noneFound(typed.trim()),
  }[status];
  const hasProblem = problem !== null && (status === 'idle' || isFound);
  return (
    <p id={id} role="status" className={`${styles.status} ${hasProblem || status === 'failed' ? styles.problem : ''}`}>
      <span className={isFound && !hasProblem ? 'visually-hidden' : undefined}>
        {hasProblem ? text.problems[problem] : found}
      </span>
    </p>
  );
}
