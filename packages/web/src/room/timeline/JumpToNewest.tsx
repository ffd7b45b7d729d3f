import { useText } from '../../text/useText.ts';
import { Icon } from '../Icon.tsx';
import styles from './JumpToNewest.module.css';

interface JumpToNewestProps {
  /** New messages that are not in sight. */
  count: number;
  /** Whether there are more of them than that. */
  andMore: boolean;
  onJump: () => void;
}

/** The way back from older messages, with how many came meanwhile. */
export function JumpToNewest({ count, andMore, onJump }: JumpToNewestProps) {
  const { room } = useText();
  const words = andMore ? room.newMessagesAndMore(count) : room.newMessages(count);
  return (
    <button
      type="button"
      className={`${styles.jump} ${count > 0 ? styles.waiting : ''}`}
      aria-label={count > 0 ? `${words}: ${room.jumpToNewest}` : room.jumpToNewest}
      title={room.jumpToNewest}
      onClick={onJump}
    >
      {count > 0 && words}
      <Icon name="down" size={18} />
    </button>
  );
}
