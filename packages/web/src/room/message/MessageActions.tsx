import { useText } from '../../text/useText.ts';
import { Icon } from '../Icon.tsx';
import styles from './MessageActions.module.css';

/** The open panel of a message. */
export type MessageMode = 'react' | 'edit' | 'delete' | 'more';

interface MessageActionsProps {
  own: boolean;
  /** Whether the buttons are tab stops. */
  tabbable: boolean;
  onOpen: (mode: MessageMode) => void;
}

/** The buttons of a message. They appear when it is hovered, tapped or focused. */
export function MessageActions({ own, tabbable, onOpen }: MessageActionsProps) {
  const { room } = useText();
  const modes: readonly MessageMode[] = own ? ['react', 'edit', 'delete'] : ['react', 'more'];
  return (
    <div role="toolbar" aria-label={room.actions} className={`${styles.actions} ${own ? styles.own : ''}`}>
      {modes.map((mode) => (
        <button
          key={mode}
          type="button"
          className={styles.action}
          aria-label={room[mode]}
          title={room[mode]}
          tabIndex={tabbable ? undefined : -1}
          onClick={() => onOpen(mode)}
        >
          <Icon name={mode} size={18} />
        </button>
      ))}
    </div>
  );
}
