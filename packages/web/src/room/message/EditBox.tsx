import { messageLength } from '@earshot/shared';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { useText } from '../../text/useText.ts';
import { CharacterCount } from '../composer/CharacterCount.tsx';
import { focusSoon } from '../focusSoon.ts';
import { isComposing } from '../isComposing.ts';
import { useGrowingField } from '../useGrowingField.ts';
import styles from './EditBox.module.css';

interface EditBoxProps {
  content: string;
  maxChars: number;
  /** Resolves to whether the new content was accepted. If so, the caller closes the box. */
  onSave: (content: string) => Promise<boolean>;
  onCancel: () => void;
}

/** Edits a message in place. */
export function EditBox({ content, maxChars, onSave, onCancel }: EditBoxProps) {
  const { room } = useText();
  const [draft, setDraft] = useState(content);
  const [saving, setSaving] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const hint = useId();
  useGrowingField(field, draft);
  useEffect(() => {
    field.current?.setSelectionRange(content.length, content.length);
    focusSoon(() => field.current);
  }, [content]);

  const length = messageLength(draft);
  const savable = length > 0 && length <= maxChars && !saving;

  async function save() {
    if (!savable) return;
    if (draft.trim() === content) {
      onCancel();
      return;
    }
    setSaving(true);
    if (!(await onSave(draft.trim()))) setSaving(false);
  }

  function onKeyDown(event: KeyboardEvent) {
    if (isComposing(event)) return;
    if (event.key === 'Escape') {
      event.stopPropagation();
      onCancel();
    } else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      void save();
    }
  }

  return (
    <div className={styles.box}>
      <textarea
        ref={field}
        className={styles.field}
        rows={1}
        dir="auto"
        value={draft}
        aria-label={room.editLabel}
        aria-describedby={hint}
        aria-invalid={length > maxChars}
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <div className={styles.foot}>
        <span id={hint} className={styles.hint}>
          {room.editHint}
        </span>
        <CharacterCount length={length} max={maxChars} />
        <button type="button" className="button quiet" onClick={onCancel}>
          {room.cancel}
        </button>
        <button type="button" className="button primary" disabled={!savable} onClick={() => void save()}>
          {room.save}
        </button>
      </div>
    </div>
  );
}
