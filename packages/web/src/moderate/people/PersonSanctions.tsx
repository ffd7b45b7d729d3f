import { Problem } from '../../errors/Problem.tsx';
import { usePeopleText } from '../../text/usePeopleText.ts';
import { SanctionItem } from '../sanctions/SanctionItem.tsx';
import { useLift } from '../sanctions/useLift.ts';
import styles from './People.module.css';
import type { Person } from './person.ts';
import { Section } from './Section.tsx';

interface PersonSanctionsProps extends Pick<Person, 'sanctions'> {
  onDone: (message: string) => void;
}

/** The sanctions of a user that are in force, and lifting them. */
export function PersonSanctions({ sanctions, onDone }: PersonSanctionsProps) {
  const text = usePeopleText();
  const { lift, problem } = useLift(onDone);
  const place = ({ scope, roomName }: Person['sanctions'][number]) =>
    scope.type === 'room' ? (roomName ?? scope.roomId) : text[scope.type];
  return (
    <>
      {problem !== null && <Problem cause={problem} />}
      <Section title={text.sanctions} isEmpty={sanctions.length === 0}>
        {sanctions.map((one) => (
          <li key={one.id} className={styles.entry}>
            <SanctionItem sanction={one} place={place(one)} onLift={(label) => void lift(one, label)} />
          </li>
        ))}
      </Section>
    </>
  );
}
