import { hasVisibleText } from '@earshot/client';
import { limits } from '@earshot/shared';
import { useState } from 'react';
import { SanctionDialog } from '../../sanctions/SanctionDialog.tsx';
import type { Scope } from '../../sanctions/scope.ts';
import { useModerateText } from '../../text/useModerateText.ts';
import { useSanctionsText } from '../../text/useSanctionsText.ts';
import styles from './Queue.module.css';
import type { Report, Resolution } from './useQueue.ts';

interface DecisionsProps {
  report: Report;
  /** Where the caller is a moderator. */
  scope: Scope;
  onResolve: (resolution: Resolution) => Promise<void>;
}

/** What a moderator can do about a report or a held message. */
export function Decisions({ report, scope, onResolve }: DecisionsProps) {
  const text = useModerateText();
  const sanctionsText = useSanctionsText();
  const [isSanctioning, setIsSanctioning] = useState(false);
  const [note, setNote] = useState('');
  const [isBusy, setIsBusy] = useState(false);
  const { subject, roomId } = report;
  const messageId = removableMessage(report);
  const here: Scope = { type: 'room', roomId };

  async function decide(outcome: Resolution['outcome']): Promise<void> {
    setIsBusy(true);
    await onResolve({ outcome, ...(hasVisibleText(note) && { note }) });
    setIsBusy(false);
  }

  function onSanctioned(): void {
    setIsSanctioning(false);
    void decide(report.kind === 'held' ? 'refused' : 'sanctioned');
  }

  return (
    <>
      <label className="field">
        {text.noteLabel}
        <input
          value={note}
          maxLength={limits.reportNoteChars}
          dir="auto"
          onChange={(event) => setNote(event.target.value)}
        />
      </label>
      <div className={styles.actions}>
        {outcomesOf(report).map((outcome) => (
          <button key={outcome} type="button" className="button" disabled={isBusy} onClick={() => void decide(outcome)}>
            {text.actions[outcome]}
          </button>
        ))}
        <button
          type="button"
          className="button"
          aria-haspopup="dialog"
          disabled={isBusy}
          onClick={() => setIsSanctioning(true)}
        >
          {sanctionsText.open}
        </button>
      </div>
      {isSanctioning && (
        <SanctionDialog
          user={subject}
          roomId={roomId}
          scopes={scope.type === 'room' ? [here] : [here, scope]}
          message={messageId === null ? null : { roomId, messageId }}
          onClose={() => setIsSanctioning(false)}
          onDone={onSanctioned}
        />
      )}
    </>
  );
}

function outcomesOf(report: Report) {
  if (report.kind === 'held') return ['approved', 'refused'] as const;
  const removed = removableMessage(report) === null ? ([] as const) : (['removed'] as const);
  return ['dismissed', ...removed, 'sanctioned', 'other'] as const;
}

/** The reported message, unless it is deleted already. */
const removableMessage = ({ message, messageNow }: Report): string | null =>
  messageNow?.state === 'unchanged' || messageNow?.state === 'edited' ? (message?.id ?? null) : null;
