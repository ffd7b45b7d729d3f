import { Component, type ReactNode } from 'react';
import { useText } from '../text/useText.ts';
import styles from './ErrorBoundary.module.css';

/** Stands in for a page that broke, with a way on. What waits to be sent is kept elsewhere. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { crashed: boolean }> {
  override readonly state = { crashed: false };

  static getDerivedStateFromError() {
    return { crashed: true };
  }

  override render() {
    return this.state.crashed ? <CrashMessage /> : this.props.children;
  }
}

function CrashMessage() {
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
