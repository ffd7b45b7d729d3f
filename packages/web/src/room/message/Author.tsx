import { Suspense } from 'react';
import { lazyComponent } from '../../lib/lazyComponent.ts';
import { useTimeFormat } from '../useTimeFormat.ts';
import styles from './Author.module.css';
import { authorHue } from './authorHue.ts';

const NameMark = lazyComponent(() => import('../names/NameMark.tsx').then((module) => module.NameMark));

interface AuthorProps {
  userId: string;
  /** Null for the user's own messages, which show no name. */
  username: string | null;
  at: Date;
}

/** The author and the time of the messages below. */
export function Author({ userId, username, at }: AuthorProps) {
  const time = useTimeFormat();
  return (
    <header className={styles.author}>
      {username !== null && (
        <>
          <Avatar userId={userId} username={username} />
          <bdi className={styles.name} style={{ '--hue': authorHue(userId) }}>
            {username}
          </bdi>
          <Suspense>
            <NameMark userId={userId} username={username} />
          </Suspense>
        </>
      )}
      <time className={styles.time} dateTime={at.toISOString()} title={time.exact(at)}>
        {time.clock(at)}
      </time>
    </header>
  );
}

/** A disc with the first letter of a name, in the user's hue. */
export function Avatar({ userId, username }: { userId: string; username: string }) {
  const [first] = new Intl.Segmenter().segment(username);
  return (
    <span className={styles.sign} style={{ '--hue': authorHue(userId) }} aria-hidden="true">
      {first?.segment.toLocaleUpperCase()}
    </span>
  );
}
