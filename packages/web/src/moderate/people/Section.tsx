import { type ReactNode, useId } from 'react';
import { usePeopleText } from '../../text/usePeopleText.ts';
import styles from './People.module.css';

interface SectionProps {
  title: string;
  /** Whether there is nothing to list. */
  isEmpty: boolean;
  children: ReactNode;
}

/** A list of what is known about a user. */
export function Section({ title, isEmpty, children }: SectionProps) {
  const text = usePeopleText();
  const id = useId();
  return (
    <section className={styles.section} aria-labelledby={id}>
      <h3 id={id}>{title}</h3>
      {isEmpty ? (
        <p className={styles.meta}>{text.nothing}</p>
      ) : (
        <ul className={styles.list} aria-labelledby={id}>
          {children}
        </ul>
      )}
    </section>
  );
}
