import { type FocusEvent, type KeyboardEvent, type ReactNode, useEffect, useRef } from 'react';
import styles from './FloatingPanel.module.css';

interface FloatingPanelProps {
  /** Whether its message is the user's own, which decides the side. */
  own: boolean;
  label: string;
  onClose: () => void;
  children: ReactNode;
}

/** A small panel above a message. It takes the focus, and closes on Escape or when the focus moves elsewhere. */
export function FloatingPanel({ own, label, onClose, children }: FloatingPanelProps) {
  const panel = useRef<HTMLDivElement>(null);

  useEffect(() => {
    panel.current?.querySelector('button')?.focus({ preventScroll: true });
    // Above the topmost message there may be no room for it.
    panel.current?.scrollIntoView?.({ block: 'nearest' });
  }, []);

  function closeOnEscape(event: KeyboardEvent) {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    onClose();
  }

  function closeOnLeaving(event: FocusEvent) {
    if (!event.currentTarget.contains(event.relatedTarget)) onClose();
  }

  return (
    // Safari does not focus pressed buttons. Because the panel itself is focusable, it gets the focus then and stays open.
    <div
      ref={panel}
      role="dialog"
      aria-label={label}
      tabIndex={-1}
      className={`${styles.panel} ${own ? styles.own : ''}`}
      onKeyDown={closeOnEscape}
      onBlur={closeOnLeaving}
    >
      {children}
    </div>
  );
}
