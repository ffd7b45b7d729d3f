/** About one frame, in milliseconds: changes within it are coalesced. */
const coalesceMs = 16;

interface Coalesced {
  /** Reports a change. An urgent change calls the listener at once, for all pending changes. */
  notify(urgent: boolean): void;
  stop(): void;
}

/**
 * Coalesces calls of a listener: the first is immediate, and changes within the following interval cause one call. It uses a timer and not
 * an animation frame, so that a list that scrolls because of a change has its rows before the frame is painted.
 */
export function coalesced(listener: () => void): Coalesced {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let hasChanged = false;

  function flush(): void {
    hasChanged = false;
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = undefined;
      if (hasChanged) flush();
    }, coalesceMs);
    listener();
  }

  return {
    notify: (urgent) => {
      if (urgent || timer === undefined) flush();
      else hasChanged = true;
    },
    stop: () => clearTimeout(timer),
  };
}
