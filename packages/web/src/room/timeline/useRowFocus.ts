import { type FocusEvent, type KeyboardEvent, type RefObject, useCallback, useState } from 'react';
import type { VirtualizerHandle } from 'virtua';
import { focusSoon } from '../focusSoon.ts';
import type { Row } from './grouping.ts';

interface RowFocusOptions {
  scroller: RefObject<HTMLElement | null>;
  list: RefObject<VirtualizerHandle | null>;
  rows: readonly Row[];
}

/**
 * A roving tabindex (WAI-ARIA practices): the whole list is one tab stop, and the arrow keys move from message to
 * message. The focused message stays in the page when it is scrolled away, so that the focus is not lost.
 */
export function useRowFocus({ scroller, list, rows }: RowFocusOptions) {
  const [focusedKey, setFocusedKey] = useState<string | null>(null);
  const found = focusedKey === null ? -1 : rows.findLastIndex((row) => row.key === focusedKey);
  const activeIndex = found < 0 ? rows.length - 1 : found;

  const focusRow = useCallback(
    (key: string) => {
      setFocusedKey(key);
      focusSoon(() => scroller.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(key)}"] article`));
    },
    [scroller],
  );

  function onFocus({ target }: FocusEvent) {
    const key = target.closest<HTMLElement>('[data-row]')?.dataset.row;
    if (key !== undefined) setFocusedKey(key);
    // On touch screens the buttons of a message are above it: see MessageActions.
    if (target.tagName === 'ARTICLE' && matchMedia('(hover: none)').matches)
      target.scrollIntoView({ block: 'nearest' });
  }

  function onKeyDown(event: KeyboardEvent) {
    if (!(event.target instanceof HTMLElement) || event.target.tagName !== 'ARTICLE') return;
    if (event.key === 'Enter') {
      event.preventDefault();
      event.target.querySelector<HTMLElement>('button, a')?.focus();
      return;
    }
    const next = rows[indexAfter(event.key, activeIndex, rows.length)];
    if (next === undefined) return;
    event.preventDefault();
    focusRow(next.key);
    list.current?.scrollToIndex(rows.indexOf(next), { align: 'nearest' });
  }

  return { activeIndex, focusRow, onFocus, onKeyDown };
}

function indexAfter(key: string, index: number, count: number): number {
  switch (key) {
    case 'ArrowUp':
      return Math.max(0, index - 1);
    case 'ArrowDown':
      return Math.min(count - 1, index + 1);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return -1;
  }
}
