import { useSanctionsText } from '../text/useSanctionsText.ts';
import { type Duration, durations } from './sanction.ts';

interface DurationFieldProps {
  label: string;
  value: Duration;
  onChange: (duration: Duration) => void;
}

/** A choice of how long a sanction lasts. */
export function DurationField({ label, value, onChange }: DurationFieldProps) {
  const text = useSanctionsText();
  return (
    <label className="field">
      {label}
      <select value={value} onChange={({ target }) => onChange(durations.find((one) => one === target.value) ?? value)}>
        {durations.map((one) => (
          <option key={one} value={one}>
            {text.durations[one]}
          </option>
        ))}
      </select>
    </label>
  );
}
