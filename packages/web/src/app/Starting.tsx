import { Problem } from '../errors/Problem.tsx';
import { useText } from '../text/useText.ts';
import { Logo } from './Logo.tsx';
import styles from './Starting.module.css';

/** The moment before the server has answered for the first time. */
export function Starting({ failed, onRetry }: { failed: boolean; onRetry: () => void }) {
  const text = useText();
  return (
    <main className={styles.starting}>
      <Logo size={56} />
      <h1 className="visually-hidden">{text.app.name}</h1>
      {failed ? (
        <Problem cause="SERVER_UNREACHABLE" onRetry={onRetry} />
      ) : (
        <p className={styles.hint} role="status">
          {text.app.starting}
        </p>
      )}
    </main>
  );
}
