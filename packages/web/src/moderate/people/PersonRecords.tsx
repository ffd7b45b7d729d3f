import { labelOf } from '../../lib/labelOf.ts';
import { useModerateText } from '../../text/useModerateText.ts';
import { usePeopleText } from '../../text/usePeopleText.ts';
import { useSafetyText } from '../../text/useSafetyText.ts';
import { Decision } from '../audit/Decision.tsx';
import { useTime } from '../useTime.ts';
import styles from './People.module.css';
import type { Person } from './person.ts';
import { Section } from './Section.tsx';

/** The roles of a user, and the newest reports and decisions about them. */
export function PersonRecords({ person, showsRoom }: { person: Person; showsRoom: boolean }) {
  const text = usePeopleText();
  const { roleNames, grantedBy } = useModerateText();
  const { roles, decisions } = person;
  return (
    <>
      <Section title={text.roles} isEmpty={roles.length === 0}>
        {roles.map(({ role, scope, roomName, grantedBy: by }) => (
          <li key={JSON.stringify([role, scope])} className={styles.entry}>
            <span>
              {roleNames[role]}{' '}
              <span className={styles.meta}>
                {scope.type === 'room' ? (roomName ?? scope.roomId) : text[scope.type]}, {grantedBy(by.username)}
              </span>
            </span>
          </li>
        ))}
      </Section>
      <Reports reports={person.reports} />
      <Section title={text.decisions} isEmpty={decisions.length === 0}>
        {decisions.map((entry) => (
          <li key={entry.id} className={styles.record}>
            <Decision entry={entry} showsRoom={showsRoom} />
          </li>
        ))}
      </Section>
    </>
  );
}

function Reports({ reports }: Pick<Person, 'reports'>) {
  const text = usePeopleText();
  const { outcomes, held, note: noteText } = useModerateText();
  const { reasons } = useSafetyText();
  const timeOf = useTime();
  return (
    <Section title={text.reports} isEmpty={reports.length === 0}>
      {reports.map(({ id, kind, reason, note, message, createdAt, resolution, roomName }) => (
        <li key={id} className={styles.record}>
          <p>
            <strong>{kind === 'held' ? held : labelOf(reasons, reason)}</strong>
            {`: ${resolution === null ? text.open : labelOf(outcomes, resolution.outcome)}`}
          </p>
          {message !== null && (
            <p className={styles.text} dir="auto">
              {message.content}
            </p>
          )}
          {note !== null && <p className={styles.text}>{noteText(note)}</p>}
          <p className={styles.meta}>
            <time dateTime={createdAt.toISOString()}>{timeOf(createdAt)}</time>
            {roomName !== null && <bdi>{roomName}</bdi>}
          </p>
        </li>
      ))}
    </Section>
  );
}
