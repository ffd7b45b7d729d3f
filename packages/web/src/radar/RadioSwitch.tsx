import { useId } from 'react';
import styles from './RadioSwitch.module.css';

interface RadioSwitchProps<Value> {
  /** The name of the choice, for screen readers. */
  legend: string;
  options: readonly { value: Value; label: string }[];
  value: Value;
  onChange: (value: Value) => void;
}

/** Chooses one of a few values. */
export function RadioSwitch<Value extends string | number>({
  legend,
  options,
  value: chosen,
  onChange,
}: RadioSwitchProps<Value>) {
  const name = useId();
  return (
    <fieldset className={styles.switch}>
      <legend className="visually-hidden">{legend}</legend>
      {options.map(({ value, label }) => (
        <label key={value}>
          <input type="radio" name={name} checked={value === chosen} onChange={() => onChange(value)} />
          <span>{label}</span>
        </label>
      ))}
    </fieldset>
  );
}
