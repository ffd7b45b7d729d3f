import { useEarshot } from '@earshot/client/react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { Problem } from '../../errors/Problem.tsx';
import { SanctionDialog } from '../../sanctions/SanctionDialog.tsx';
import type { Scope } from '../../sanctions/scope.ts';
import { useModerateText } from '../../text/useModerateText.ts';
import { usePeopleText } from '../../text/usePeopleText.ts';
import { useSanctionsText } from '../../text/useSanctionsText.ts';
import { useLoaded } from '../useLoaded.ts';
import styles from './People.module.css';
import { PersonKind } from './PersonKind.tsx';
import { PersonMessages } from './PersonMessages.tsx';
import { PersonRecords } from './PersonRecords.tsx';
import { PersonRooms } from './PersonRooms.tsx';
import { PersonSanctions } from './PersonSanctions.tsx';

interface PersonViewProps {
  userId: string;
  scope: Scope;
  onBack: () => void;
}

/** What is known about a user in a scope, and what a moderator can do about it. */
export function PersonView({ userId, scope, onBack }: PersonViewProps) {
  const text = usePeopleText();
  const { loading, refresh, roleNames } = useModerateText();
  const sanctionsText = useSanctionsText();
  const client = useEarshot();
  const person = useLoaded(
    useMemo(
      () => (client === null ? null : () => client.trpc.moderation.user.query({ scope, userId })),
      [client, scope, userId],
    ),
  );
  const [isSanctioning, setIsSanctioning] = useState(false);
  /** What was done last, and how many things were done. */
  const [done, setDone] = useState({ message: '', count: 0 });
  const heading = useRef<HTMLHeadingElement>(null);
  // What had the focus may disappear. A dialog that closes has given the focus back by then.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it runs after each thing that was done
  useEffect(() => heading.current?.focus(), [done.count]);
  const { data } = person;
  const user = { userId, username: data?.username ?? null };

  function onDone(message: string): void {
    setDone(({ count }) => ({ message, count: count + 1 }));
    person.reload();
  }

  return (
    <section className={styles.people}>
      <button type="button" className="button quiet" onClick={onBack}>
        {text.back}
      </button>
      <header className={styles.header}>
        <h2 ref={heading} tabIndex={-1}>
          <bdi>{user.username ?? userId}</bdi>
        </h2>
        <PersonKind userId={userId} />
        {data !== null && <span>{text.role(roleNames[data.role])}</span>}
        {user.username !== null && user.username !== userId && <span className={styles.meta}>{userId}</span>}
      </header>
      <div className={styles.actions}>
        <button type="button" className="button" aria-haspopup="dialog" onClick={() => setIsSanctioning(true)}>
          {scope.type === 'room' ? sanctionsText.open : text.sanction}
        </button>
        <button type="button" className="button" onClick={person.reload}>
          {refresh}
        </button>
      </div>
      <p role="status" className={done.message === '' ? 'visually-hidden' : styles.done}>
        {done.message}
      </p>
      {person.problem !== null && <Problem cause={person.problem} onRetry={person.reload} />}
      {data === null && person.isLoading && <p>{loading}</p>}
      {data !== null && (
        <>
          <PersonSanctions sanctions={data.sanctions} onDone={onDone} />
          <PersonRooms rooms={data.rooms} user={user} onDone={onDone} />
          <PersonMessages messages={data.messages} onDone={onDone} />
          <PersonRecords person={data} showsRoom={scope.type !== 'room'} />
        </>
      )}
      {isSanctioning && (
        <SanctionDialog
          user={user}
          roomId={scope.type === 'room' ? scope.roomId : null}
          scopes={[scope]}
          message={null}
          onClose={() => setIsSanctioning(false)}
          onDone={() => {
            setIsSanctioning(false);
            onDone(text.sanctioned);
          }}
        />
      )}
    </section>
  );
}
