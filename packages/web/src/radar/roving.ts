import type { NearbyRoom } from '@earshot/client';
import { type KeyboardEvent, useRef, useState } from 'react';

/**
 * A roving tabindex: all rooms on the radar are one tab stop, and the arrow keys move clockwise or back. `order` holds
 * the rooms' ids, clockwise.
 */
export function useRoving(order: readonly NearbyRoom['id'][]) {
  const [lastFocusedId, setLastFocusedId] = useState<string | null>(null);
  const buttons = useRef(new Map<string, HTMLButtonElement>());
  const tabStopId = lastFocusedId !== null && order.includes(lastFocusedId) ? lastFocusedId : (order[0] ?? null);

  function onKeyDown(event: KeyboardEvent): void {
    const at = order.indexOf(tabStopId ?? '');
    const next = nextIndex(event.key, at, order.length);
    const id = next === null ? undefined : order[next];
    if (id === undefined) return;
    event.preventDefault();
    setLastFocusedId(id);
    buttons.current.get(id)?.focus();
  }

  const buttonProps = (id: string) => ({
    tabIndex: id === tabStopId ? 0 : -1,
    onFocus: () => setLastFocusedId(id),
    ref: (button: HTMLButtonElement | null) => {
      if (button !== null) buttons.current.set(id, button);
      return () => {
        buttons.current.delete(id);
      };
    },
  });
  return { onKeyDown, buttonProps };
}

function nextIndex(key: string, at: number, length: number): number | null {
  if (length === 0) return null;
  if (key === 'ArrowRight' || key === 'ArrowDown') return (at + 1) % length;
  if (key === 'ArrowLeft' || key === 'ArrowUp') return (at - 1 + length) % length;
  if (key === 'Home') return 0;
  if (key === 'End') return length - 1;
  return null;
}
