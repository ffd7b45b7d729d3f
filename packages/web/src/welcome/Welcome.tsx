import { Logo } from '../components/Logo.tsx';
import { Preferences } from '../components/Preferences.tsx';
import type { Identity } from '../lib/session.ts';
import { useText } from '../text/useText.ts';
import { Identify } from './Identify.tsx';
import styles from './Welcome.module.css';

interface WelcomeProps {
  token: string | null;
  onDone: (identity: Identity) => void;
}

/** The first screen: introduces the service and asks one question. */
export function Welcome({ token, onDone }: WelcomeProps) {
  const text = useText();
  return (
    <div className={styles.page}>
      <main className={styles.main}>
        <div className={styles.intro}>
          <p className={styles.brand}>
            <Logo size={36} />
            {text.app.name}
          </p>
          <h1>{text.welcome.title}</h1>
          <p className={styles.lead}>{text.welcome.lead}</p>
        </div>
        <div className={`panel ${styles.card}`}>
          <Identify token={token} onDone={onDone} />
        </div>
      </main>
      <footer className={styles.footer}>
        <Preferences />
      </footer>
    </div>
  );
}
