import { Component, type ReactNode } from 'react';
import { useText } from '../text/useText.ts';
import styles from './Crash.module.css';

/** Stands in for a page that broke, with a way on. What waits to be sent is kept elsewhere. */
export class Crash extends Component<{ children: ReactNode }, { crashed: boolean }> {
  override readonly state = { crashed: false };

  static getDerivedStateFromError() {
    return { crashed: true };
  }

  override render() {
    return this.state.crashed ? <Apology /> : this.props.children;
  }
}

function Apology() {
  const { errors } = useText();
  return (
    <main className={styles.crash} role="alert">
      <p>{errors.crashed}</p>
      <button type="button" className="button primary" onClick={() => location.reload()}>
        {errors.reload}
      </button>
    </main>
  );
}
