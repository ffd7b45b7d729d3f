import { useText } from '../../text/useText.ts';
import { Icon } from '../Icon.tsx';
import styles from './JumpToNewest.module.css';

interface JumpToNewestProps {
  /** New messages that are not visible. */
  count: number;
  /** Whether there are more than `count`. */
  andMore: boolean;
  onJump: () => void;
}

/** A button that returns from older messages to the newest, with the number of new ones. */
export function JumpToNewest({ count, andMore, onJump }: JumpToNewestProps) {
  const { room } = useText();
  const countText = andMore ? room.newMessagesAndMore(count) : room.newMessages(count);
  return (
    <button
      type="button"
      className={`${styles.jump} ${count > 0 ? styles.waiting : ''}`}
      aria-label={count > 0 ? `${countText}: ${room.jumpToNewest}` : room.jumpToNewest}
      title={room.jumpToNewest}
      onClick={onJump}
    >
      {count > 0 && countText}
      <Icon name="down" size={18} />
    </button>
  );
}
