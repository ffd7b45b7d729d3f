import { useEarshot } from '@earshot/client/react';
import { limits } from '@earshot/shared';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { Problem } from '../../errors/Problem.tsx';
import type { Scope } from '../../sanctions/scope.ts';
import { useModerateText } from '../../text/useModerateText.ts';
import { usePeopleText } from '../../text/usePeopleText.ts';
import styles from './People.module.css';
import { PersonKind } from './PersonKind.tsx';
import { PersonView } from './PersonView.tsx';
import { usePeople } from './usePeople.ts';

/** Finds users of a scope, and shows what is known about one. */
export function People({ scope }: { scope: Scope }) {
  const text = usePeopleText();
  const { more } = useModerateText();
  const client = useEarshot();
  const search = usePeople(client, scope);
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState<string | null>(null);
  const list = useRef<HTMLUListElement>(null);
  /** The user whose view was closed: their entry gets the focus. */
  const returned = useRef<string | null>(null);

  useEffect(() => {
    if (chosen !== null || returned.current === null) return;
    const entries = Array.from(list.current?.querySelectorAll('button') ?? []);
    entries.find(({ value }) => value === returned.current)?.focus();
    returned.current = null;
  }, [chosen]);

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (typed.trim() !== '') void search.find(typed.trim());
  }

  function back(): void {
    returned.current = chosen;
    setChosen(null);
  }

  if (chosen !== null) return <PersonView key={chosen} userId={chosen} scope={scope} onBack={back} />;
  return (
    <section className={styles.people}>
      <h2>{text.title}</h2>
      <search>
        <form className={styles.search} onSubmit={submit}>
          <label className="field">
            {text.search}
            <input
              type="search"
              value={typed}
              maxLength={limits.userIdChars}
              required
              dir="auto"
              onChange={({ target }) => setTyped(target.value)}
            />
          </label>
          <button type="submit" className="button primary">
            {text.submit}
          </button>
        </form>
      </search>
      <p className={styles.meta}>{text.hint}</p>
      {search.problem !== null && <Problem cause={search.problem} />}
      <p role="status">
        {search.people !== null && (search.people.length === 0 ? text.none : text.found(search.people.length))}
      </p>
      <ul ref={list} className={styles.list} aria-label={text.results}>
        {search.people?.map(({ userId, username }) => (
          <li key={userId}>
            <button type="button" value={userId} className={styles.found} onClick={() => setChosen(userId)}>
              <span className={styles.name}>
                <bdi>{username ?? userId}</bdi> <PersonKind userId={userId} />
              </span>
              {username !== null && username !== userId && <span className={styles.meta}>{userId}</span>}
            </button>
          </li>
        ))}
      </ul>
      {search.loadMore !== null && (
        <button
          type="button"
          className="button"
          aria-disabled={search.isLoading}
          onClick={() => void search.loadMore?.()}
        >
          {more}
        </button>
      )}
    </section>
  );
}
