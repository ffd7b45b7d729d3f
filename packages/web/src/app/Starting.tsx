import { Logo } from '../components/Logo.tsx';
import { Problem } from '../errors/Problem.tsx';
import { useText } from '../text/useText.ts';
import type { SettingsProblem } from './fetchSettings.ts';
import styles from './Starting.module.css';

/** Shown until the server answers for the first time, or when it can't be reached. */
export function Starting({ problem, onRetry }: { problem: SettingsProblem | null; onRetry: () => void }) {
  const text = useText();
  return (
    <main className={styles.starting}>
      <Logo size={56} />
      <h1 className="visually-hidden">{text.app.name}</h1>
      {problem !== null ? (
        <Problem cause={problem} onRetry={onRetry} />
      ) : (
        <p className={styles.hint} role="status">
          {text.app.starting}
        </p>
      )}
    </main>
  );
}
