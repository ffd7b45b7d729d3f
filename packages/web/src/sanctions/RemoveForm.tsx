import { hasVisibleName } from '@earshot/client';
import { limits } from '@earshot/shared';
import { useState } from 'react';
import { useSanctionsText } from '../text/useSanctionsText.ts';
import { DecisionForm } from './DecisionForm.tsx';
import { ReasonField } from './ReasonField.tsx';
import { removeMessage } from './removeMessage.ts';

interface RemoveFormProps {
  roomId: string;
  messageId: string;
  onCancel: () => void;
  /** Called after the message is removed. */
  onDone: () => void;
}

/** Removes the message of another user, after a confirmation. */
export function RemoveForm({ roomId, messageId, onCancel, onDone }: RemoveFormProps) {
  const text = useSanctionsText();
  const [reason, setReason] = useState('');
  const given = hasVisibleName(reason) ? reason : null;
  return (
    <DecisionForm
      submitLabel={text.removeSubmit}
      decide={(client) => removeMessage(client, { roomId, messageId, reason: given })}
      onCancel={onCancel}
      onDone={onDone}
    >
      <p>{text.removeHint}</p>
      <ReasonField label={text.removeReason} value={reason} maxLength={limits.reasonChars} onChange={setReason} />
    </DecisionForm>
  );
}
