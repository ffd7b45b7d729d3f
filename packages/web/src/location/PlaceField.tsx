import { type KeyboardEvent, useEffect, useId, useState } from 'react';
import { usePickerText } from '../text/usePickerText.ts';
import { useLanguage } from '../text/useText.ts';
import { countryName } from './countryName.ts';
import styles from './PlaceField.module.css';
import type { Place } from './usePlaceSearch.ts';

interface PlaceFieldProps {
  value: string;
  /** The places that the text may mean. */
  places: readonly Place[];
  onType: (text: string) => void;
  onPick: (place: Place) => void;
  onBlur: () => void;
  invalid: boolean;
  describedBy: string;
}

/** A text field that suggests places: a combobox with a listbox, as in the ARIA Authoring Practices. */
export function PlaceField({ value, places, onType, onPick, onBlur, invalid, describedBy }: PlaceFieldProps) {
  const text = usePickerText();
  const [language] = useLanguage();
  const [isOpen, setIsOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const [inputId, listId] = [useId(), useId()];
  const isShown = isOpen && places.length > 0;
  const optionId = (index: number) => `${listId}-${index}`;

  // biome-ignore lint/correctness/useExhaustiveDependencies: other places have other numbers
  useEffect(() => setActive(-1), [places]);
  useEffect(() => {
    if (isShown && active >= 0) document.getElementById(`${listId}-${active}`)?.scrollIntoView?.({ block: 'nearest' });
  }, [isShown, active, listId]);

  function pick(place: Place): void {
    setIsOpen(false);
    onPick(place);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.nativeEvent.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    const { key } = event;
    const place = isShown ? places[active] : undefined;
    if ((key === 'ArrowDown' || key === 'ArrowUp') && places.length > 0) {
      setIsOpen(true);
      setActive(isShown ? moved(active, key === 'ArrowDown' ? 1 : -1, places.length) : 0);
    } else if (key === 'Enter' && place !== undefined) pick(place);
    else if (key === 'Escape' && isShown)
      setIsOpen(false); // the next one closes the dialog
    else return;
    event.preventDefault();
  }

  return (
    <div className={styles.field}>
      <label htmlFor={inputId}>{text.field}</label>
      <input
        id={inputId}
        className="input"
        // biome-ignore lint/a11y/noAutofocus: the dialog around it gives the focus to its field, but this one is loaded later
        autoFocus
        role="combobox"
        value={value}
        onChange={(event) => {
          setIsOpen(true);
          onType(event.target.value);
        }}
        onKeyDown={onKeyDown}
        onBlur={() => {
          setIsOpen(false);
          onBlur();
        }}
        placeholder={text.fieldHint}
        maxLength={2_000}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        enterKeyHint="search"
        aria-autocomplete="list"
        aria-expanded={isShown}
        aria-controls={isShown ? listId : undefined}
        aria-activedescendant={isShown && active >= 0 ? optionId(active) : undefined}
        aria-invalid={invalid}
        aria-describedby={describedBy}
      />
      {isShown && (
        <div id={listId} role="listbox" aria-label={text.places} className={styles.list}>
          {places.map((place, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are handled by the field, which keeps the focus
            <div
              key={optionId(index)}
              id={optionId(index)}
              role="option"
              aria-selected={index === active}
              tabIndex={-1}
              onPointerDown={(event) => event.preventDefault()}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => pick(place)}
            >
              <bdi>{place.name}</bdi> <span>{countryName(place.country, language)}</span>
            </div>
          ))}
        </div>
      )}
    </div>
  );
}

/** From the field (-1) through the options, and back to the field. */
const moved = (active: number, by: 1 | -1, count: number): number => ((active + 1 + by + count + 1) % (count + 1)) - 1;
