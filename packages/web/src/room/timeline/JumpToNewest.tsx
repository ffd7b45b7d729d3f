import { useText } from '../../text/useText.ts';
import { Icon } from '../Icon.tsx';
import styles from './JumpToNewest.module.css';

interface JumpToNewestProps {
  /** New messages that are not in sight. */
  count: number;
  onJump: () => void;
}

/** The way back from older messages, with how many came meanwhile. */
export function JumpToNewest({ count, onJump }: JumpToNewestProps) {
  const { room } = useText();
  return (
    <button
      type="button"
      className={`${styles.jump} ${count > 0 ? styles.waiting : ''}`}
      aria-label={count > 0 ? `${room.newMessages(count)}: ${room.jumpToNewest}` : room.jumpToNewest}
      title={room.jumpToNewest}
      onClick={onJump}
    >
      {count > 0 && room.newMessages(count)}
      <Icon name="down" size={18} />
    </button>
  );
}
