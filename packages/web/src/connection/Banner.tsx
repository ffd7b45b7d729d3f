import { useConnectionState, useEarshot, useWaiting } from '@earshot/client/react';
import { Problem } from '../errors/Problem.tsx';
import { remedyFor } from '../errors/remedy.ts';
import { useSecondsUntil } from '../errors/useSecondsUntil.ts';
import type { Text } from '../text/en.ts';
import { useText } from '../text/useText.ts';
import styles from './Banner.module.css';
import { type News, useNews } from './useNews.ts';

/** Tells when there is no connection, what waits for it, and when it is back. Nothing while all is well. */
export function Banner() {
  const text = useText();
  const news = useNews();
  const waiting = useWaiting();
  const { error } = useConnectionState();
  if (error !== null && remedyFor(error) === 'renew') {
    return (
      <header className={styles.problem}>
        <Problem cause={error} />
      </header>
    );
  }
  const words = wordsFor(news, waiting, text);
  return (
    <>
      <p role="status" className="visually-hidden">
        {words}
      </p>
      {news !== 'none' && (
        <header className={styles.banner} data-news={news}>
          <p aria-hidden="true" className={styles.words}>
            <span className={styles.dot} />
            <span>{words}</span>
            {news === 'offline' && <span className={styles.hint}>{text.connection.offlineHint}</span>}
          </p>
          {news === 'offline' && <NextTry />}
        </header>
      )}
    </>
  );
}

function wordsFor(news: News, waiting: number, { connection }: Text): string {
  if (news === 'none') return '';
  return news === 'offline' ? connection.offline(waiting) : connection[news];
}

function NextTry() {
  const text = useText();
  const { retryNow } = useEarshot().connection;
  const { retryAt } = useConnectionState();
  const seconds = useSecondsUntil(retryAt);
  return (
    <div className={styles.next}>
      <span className={styles.hint}>{seconds > 0 ? text.connection.nextTry(seconds) : text.connection.trying}</span>
      <button type="button" className="button" onClick={retryNow}>
        {text.connection.tryNow}
      </button>
    </div>
  );
}
