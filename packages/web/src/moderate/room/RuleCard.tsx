import { type ReactNode, useId } from 'react';
import { useRoomRulesText } from '../../text/useRoomRulesText.ts';
import { useTime } from '../useTime.ts';
import styles from './RoomRules.module.css';
import type { Sanction } from './useRoomRules.ts';

interface CardProps {
  title: string;
  hint: string;
  /** What is in force now. */
  state: string;
  rule: Sanction | undefined;
  children: ReactNode;
}

/** A rule of the room: its state, who made it and why, and its controls. */
export function Card({ title, hint, state, rule, children }: CardProps) {
  const text = useRoomRulesText();
  const timeOf = useTime();
  const id = useId();
  return (
    <section className={styles.card} aria-labelledby={id}>
      <h3 id={id}>{title}</h3>
      <p className={styles.state} data-on={rule !== undefined}>
        {state}
      </p>
      {rule !== undefined && (
        <p className={styles.meta}>
          <span>{text.by(rule.moderator.username)}</span>
          {rule.endsAt !== null && <span>{text.until(timeOf(rule.endsAt))}</span>}
          {rule.reason !== null && <span>{text.reasonIs(rule.reason)}</span>}
        </p>
      )}
      <p className={styles.meta}>{hint}</p>
      {children}
    </section>
  );
}

interface RuleCardProps {
  title: string;
  hint: string;
  states: { on: string; off: string };
  actions: { on: string; off: string };
  /** The rule in force; undefined: it is off. */
  rule: Sanction | undefined;
  isBusy: boolean;
  onSet: (on: boolean) => void;
}

/** A rule of the room that is on or off. */
export function RuleCard({ title, hint, states, actions, rule, isBusy, onSet }: RuleCardProps) {
  const isOn = rule !== undefined;
  return (
    <Card title={title} hint={hint} state={isOn ? states.on : states.off} rule={rule}>
      <button
        type="button"
        className="button"
        aria-label={`${title}: ${isOn ? actions.off : actions.on}`}
        aria-disabled={isBusy}
        onClick={() => onSet(!isOn)}
      >
        {isOn ? actions.off : actions.on}
      </button>
    </Card>
  );
}
