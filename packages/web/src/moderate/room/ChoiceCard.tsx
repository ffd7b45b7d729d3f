import { type FormEvent, type ReactNode, useState } from 'react';
import { useRoomRulesText } from '../../text/useRoomRulesText.ts';
import styles from './RoomRules.module.css';
import { Card } from './RuleCard.tsx';
import type { Sanction } from './useRoomRules.ts';

interface ChoiceCardProps {
  title: string;
  hint: string;
  /** The label of the choice. */
  label: string;
  /** The numbers offered; 0: off. */
  choices: readonly number[];
  /** The number in force; 0: off. */
  current: number;
  /** What a number is called. */
  nameOf: (choice: number) => string;
  rule: Sanction | undefined;
  isBusy: boolean;
  /** Receives null for off. */
  onSet: (choice: number | null) => void;
  /** More fields of the form. */
  children?: ReactNode;
}

/** A rule of the room with a number. */
export function ChoiceCard({
  title,
  hint,
  label,
  choices,
  current,
  nameOf,
  rule,
  isBusy,
  onSet,
  children,
}: ChoiceCardProps) {
  const text = useRoomRulesText();
  const [chosen, setChosen] = useState<number | null>(null);
  const value = chosen ?? current;
  const offered = choices.includes(value) ? choices : [...choices, value];

  function submit(event: FormEvent): void {
    event.preventDefault();
    onSet(value === 0 ? null : value);
    setChosen(null);
  }

  return (
    <Card title={title} hint={hint} state={nameOf(current)} rule={rule}>
      <form className={styles.interval} onSubmit={submit}>
        <label className="field">
          {label}
          <select value={value} onChange={({ target }) => setChosen(Number(target.value))}>
            {offered.map((choice) => (
              <option key={choice} value={choice}>
                {nameOf(choice)}
              </option>
            ))}
          </select>
        </label>
        {children}
        <button type="submit" className="button" aria-disabled={isBusy} aria-label={`${title}: ${text.set}`}>
          {text.set}
        </button>
      </form>
    </Card>
  );
}
