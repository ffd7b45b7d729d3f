interface ReasonFieldProps {
  label: string;
  value: string;
  /** Characters. */
  maxLength: number;
  onChange: (reason: string) => void;
}

/** The reason of a decision. */
export function ReasonField({ label, value, maxLength, onChange }: ReasonFieldProps) {
  return (
    <label className="field">
      {label}
      <input value={value} maxLength={maxLength} dir="auto" onChange={({ target }) => onChange(target.value)} />
    </label>
  );
}
