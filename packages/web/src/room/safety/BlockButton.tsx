import { asEarshotError, type EarshotClientError, type User } from '@earshot/client';
import { useBlocks } from '@earshot/client/react';
import { useState } from 'react';
import { Problem } from '../../errors/Problem.tsx';
import { useSafetyText } from '../../text/useSafetyText.ts';
import styles from './PersonDialog.module.css';

interface BlockButtonProps {
  user: User;
  /** Called when the user is blocked: what they wrote is gone then. */
  onBlocked?: (() => void) | undefined;
}

/** Blocks a user, or ends the block. */
export function BlockButton({ user, onBlocked }: BlockButtonProps) {
  const text = useSafetyText();
  const { isBlocked, block, unblock } = useBlocks();
  const [isChanging, setIsChanging] = useState(false);
  const [problem, setProblem] = useState<EarshotClientError | null>(null);
  const blocked = isBlocked(user.userId);

  async function change(): Promise<void> {
    setIsChanging(true);
    try {
      await (blocked ? unblock(user.userId) : block(user));
      setProblem(null);
      if (!blocked) onBlocked?.();
    } catch (error) {
      setProblem(asEarshotError(error));
    } finally {
      setIsChanging(false);
    }
  }

  return (
    <section className={styles.part}>
      <p role="status">{blocked ? text.blocked : text.blockHint}</p>
      <button type="button" className="button" disabled={isChanging} onClick={() => void change()}>
        {blocked ? text.unblock : text.block}
      </button>
      {problem !== null && <Problem cause={problem} />}
    </section>
  );
}
