import { type EarshotClient, hasVisibleName } from '@earshot/client';
import { limits } from '@earshot/shared';
import { useState } from 'react';
import { useSanctionsText } from '../text/useSanctionsText.ts';
import { DecisionForm } from './DecisionForm.tsx';
import { DurationField } from './DurationField.tsx';
import { ReasonField } from './ReasonField.tsx';
import { removeMessage } from './removeMessage.ts';
import styles from './SanctionForm.module.css';
import { type Duration, type SanctionRequest, sanction } from './sanction.ts';
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
  const kinds: readonly SanctionRequest['kind'][] = roomId === null ? ['mute', 'ban'] : ['mute', 'ban', 'kick'];
  const [kind, setKind] = useState<SanctionRequest['kind']>('mute');
  const [duration, setDuration] = useState<Duration>('day');
  const [scope, setScope] = useState<Scope>(scopes[0]);
  const [reason, setReason] = useState('');
  const [isRemoving, setIsRemoving] = useState(false);

  async function decide(client: EarshotClient): Promise<void> {
    const given = hasVisibleName(reason) ? reason.trim() : null;
    const common = { userId, reason: given };
    if (isRemoving && message !== null) await removeMessage(client, { ...message, reason: given });
    if (kind !== 'kick') await sanction(client, { ...common, kind, scope, duration });
    else if (roomId !== null) await sanction(client, { ...common, kind, roomId });
  }

  return (
    <DecisionForm submitLabel={text.submit[kind]} decide={decide} onCancel={onCancel} onDone={onDone}>
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
      {kind !== 'kick' && <DurationField label={text.duration} value={duration} onChange={setDuration} />}
      <ReasonField
        label={text.reasonLabel}
        value={reason}
        maxLength={limits.sanctionReasonChars}
        onChange={setReason}
      />
      {message !== null && (
        <label className={styles.check}>
          <input type="checkbox" checked={isRemoving} onChange={({ target }) => setIsRemoving(target.checked)} />
          {text.removeToo}
        </label>
      )}
    </DecisionForm>
  );
}
