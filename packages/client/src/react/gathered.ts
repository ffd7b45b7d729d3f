/** About a frame, in milliseconds: what comes faster than a screen shows is drawn together. */
const gatherMs = 16;

interface Gathered {
  /** Something is new; what is urgent is told at once, and all else with it. */
  notify(urgent: boolean): void;
  stop(): void;
}

/**
 * A listener that is called at once, and then once for all that is new within each while that follows. By a timer and not
 * in the frame itself, so that a list that scrolls because of it has its rows drawn before that frame is painted.
 */
export function gathered(listener: () => void): Gathered {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isNew = false;

  function tell(): void {
    isNew = false;
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = undefined;
      if (isNew) tell();
    }, gatherMs);
    listener();
  }

  return {
    notify: (urgent) => {
      if (urgent || timer === undefined) tell();
      else isNew = true;
    },
    stop: () => clearTimeout(timer),
  };
}
