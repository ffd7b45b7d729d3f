import { asEarshotError, type EarshotClientError, hasVisibleName } from '@earshot/client';
import { useEarshot } from '@earshot/client/react';
import { limits } from '@earshot/shared';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { Problem } from '../errors/Problem.tsx';
import { useSanctionsText } from '../text/useSanctionsText.ts';
import { removeMessage } from './removeMessage.ts';
import styles from './SanctionForm.module.css';
import { durations, type SanctionRequest, sanction } from './sanction.ts';
import type { Scope } from './scope.ts';

export interface SanctionFormProps {
  userId: string;
  /** The room to kick the user from; null: kicks are not offered. */
  roomId: string | null;
  /** Where a mute or a ban may hold, the one to begin with first. */
  scopes: readonly [Scope, ...Scope[]];
  /** A message of the user that can be removed as well; null: none. */
  message: { roomId: string; messageId: string } | null;
  onCancel: () => void;
  /** Called after the sanction is in force. */
  onDone: () => void;
}

/** Mutes, bans or kicks a user. */
export function SanctionForm({ userId, roomId, scopes, message, onCancel, onDone }: SanctionFormProps) {
  const text = useSanctionsText();
  const client = useEarshot();
  const kinds: readonly SanctionRequest['kind'][] = roomId === null ? ['mute', 'ban'] : ['mute', 'ban', 'kick'];
  const [kind, setKind] = useState<SanctionRequest['kind']>('mute');
  const [duration, setDuration] = useState(durations[1] ?? 'day');
  const [scope, setScope] = useState<Scope>(scopes[0]);
  const [reason, setReason] = useState('');
  const [isRemoving, setIsRemoving] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [problem, setProblem] = useState<EarshotClientError | null>(null);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector('input')?.focus(), []);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (isBusy || client === null) return;
    setIsBusy(true);
    setProblem(null);
    const given = hasVisibleName(reason) ? reason.trim() : null;
    const common = { userId, reason: given };
    try {
      if (isRemoving && message !== null) await removeMessage(client, { ...message, reason: given });
      if (kind !== 'kick') await sanction(client, { ...common, kind, scope, duration });
      else if (roomId !== null) await sanction(client, { ...common, kind, roomId });
      onDone();
    } catch (error) {
      setProblem(asEarshotError(error));
      setIsBusy(false);
    }
  }

  return (
    <form ref={form} className={styles.form} onSubmit={(event) => void submit(event)}>
      <fieldset className={styles.choices}>
        <legend>{text.kind}</legend>
        {kinds.map((one) => (
          <label key={one}>
            <input type="radio" name="kind" checked={kind === one} onChange={() => setKind(one)} />
            {text.choices[one]}
          </label>
        ))}
      </fieldset>
      {kind !== 'kick' && scopes.length > 1 && (
        <label className="field">
          {text.where}
          <select
            value={scope.type}
            onChange={({ target }) => setScope(scopes.find(({ type }) => type === target.value) ?? scopes[0])}
          >
            {scopes.map(({ type }) => (
              <option key={type} value={type}>
                {text.scopes[type]}
              </option>
            ))}
          </select>
        </label>
      )}
      {kind !== 'kick' && (
        <label className="field">
          {text.duration}
          <select
            value={duration}
            onChange={({ target }) => setDuration(durations.find((one) => one === target.value) ?? 'day')}
          >
            {durations.map((one) => (
              <option key={one} value={one}>
                {text.durations[one]}
              </option>
            ))}
          </select>
        </label>
      )}
      <label className="field">
        {text.reasonLabel}
        <input
          value={reason}
          maxLength={limits.sanctionReasonChars}
          dir="auto"
          onChange={({ target }) => setReason(target.value)}
        />
      </label>
      {message !== null && (
        <label className={styles.check}>
          <input type="checkbox" checked={isRemoving} onChange={({ target }) => setIsRemoving(target.checked)} />
          {text.removeToo}
        </label>
      )}
      {problem !== null && <Problem cause={problem} />}
      <div className={styles.actions}>
        <button type="button" className="button" onClick={onCancel}>
          {text.cancel}
        </button>
        <button type="submit" className="button primary" disabled={isBusy}>
          {text.submit[kind]}
        </button>
      </div>
    </form>
  );
}
