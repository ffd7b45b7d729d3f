import { asEarshotError, type EarshotClientError, hasVisibleName } from '@earshot/client';
import { useEarshot } from '@earshot/client/react';
import { limits } from '@earshot/shared';
import { type FormEvent, useState } from 'react';
import { Dialog } from '../../components/Dialog.tsx';
import { Problem } from '../../errors/Problem.tsx';
import { isolate } from '../../lib/isolate.ts';
import { useSanctionsText } from '../../text/useSanctionsText.ts';
import { useText } from '../../text/useText.ts';
import type { Scope } from '../useScopes.ts';
import styles from './SanctionDialog.module.css';
import { durations, type SanctionRequest, sanction } from './sanction.ts';

interface SanctionDialogProps {
  user: { userId: string; username: string | null };
  /** The room of the report. */
  roomId: string;
  /** Where the caller is a moderator. */
  scope: Scope;
  onClose: () => void;
  /** Called after the sanction is in force. */
  onDone: () => void;
}

const kinds = ['mute', 'ban', 'kick'] as const;

/** Mutes, bans or kicks the user of a report. */
export function SanctionDialog({ user, roomId, scope, onClose, onDone }: SanctionDialogProps) {
  const text = useSanctionsText();
  const { app } = useText();
  const client = useEarshot();
  const [kind, setKind] = useState<SanctionRequest['kind']>('mute');
  const [duration, setDuration] = useState<SanctionRequest['duration']>('day');
  const [isInRoom, setIsInRoom] = useState(true);
  const [reason, setReason] = useState('');
  const [isBusy, setIsBusy] = useState(false);
  const [problem, setProblem] = useState<EarshotClientError | null>(null);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (isBusy || client === null) return;
    setIsBusy(true);
    setProblem(null);
    const where: Scope = isInRoom ? { type: 'room', roomId } : scope;
    const given = hasVisibleName(reason) ? reason.trim() : null;
    try {
      await sanction(client, { kind, duration, roomId, scope: where, userId: user.userId, reason: given });
      onDone();
    } catch (error) {
      setProblem(asEarshotError(error));
      setIsBusy(false);
    }
  }

  return (
    <Dialog title={text.sanctionTitle(isolate(user.username ?? user.userId))} onClose={onClose}>
      <form className={styles.form} onSubmit={(event) => void submit(event)}>
        <fieldset className={styles.choices}>
          <legend>{text.kind}</legend>
          {kinds.map((one) => (
            <label key={one}>
              <input type="radio" name="kind" checked={kind === one} onChange={() => setKind(one)} />
              {text.choices[one]}
            </label>
          ))}
        </fieldset>
        {kind !== 'kick' && scope.type !== 'room' && (
          <label className="field">
            {text.where}
            <select
              value={isInRoom ? 'room' : scope.type}
              onChange={({ target }) => setIsInRoom(target.value === 'room')}
            >
              <option value="room">{text.places.room}</option>
              <option value={scope.type}>{text.places[scope.type]}</option>
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
        {problem !== null && <Problem cause={problem} />}
        <div className={styles.actions}>
          <button type="button" className="button" onClick={onClose}>
            {app.close}
          </button>
          <button type="submit" className="button primary" disabled={isBusy}>
            {text.submit[kind]}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
