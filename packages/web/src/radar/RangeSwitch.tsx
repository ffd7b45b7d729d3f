import { useId } from 'react';
import { formatDistance } from '../location/distance.ts';
import { useLanguage, useText } from '../text/useText.ts';
import { type Range, ranges } from './projection.ts';
import styles from './RangeSwitch.module.css';

interface RangeSwitchProps {
  range: Range;
  onChange: (range: Range) => void;
}

/** Chooses the range of the radar. */
export function RangeSwitch({ range, onChange }: RangeSwitchProps) {
  const text = useText().radar;
  const [language] = useLanguage();
  const name = useId();
  return (
    <fieldset className={styles.switch}>
      <legend className="visually-hidden">{text.range}</legend>
      {ranges.map((metres) => (
        <label key={metres}>
          <input type="radio" name={name} checked={metres === range} onChange={() => onChange(metres)} />
          <span>{formatDistance(metres, language)}</span>
        </label>
      ))}
    </fieldset>
  );
}
