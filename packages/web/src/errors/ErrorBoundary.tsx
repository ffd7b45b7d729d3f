import { Component, type ReactNode } from 'react';
import { useText } from '../text/useText.ts';
import styles from './ErrorBoundary.module.css';

/** Replaces a page that crashed, and offers to reload it. Unsent messages are stored separately. */
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
