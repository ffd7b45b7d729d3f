import { useCallback, useEffect, useState } from 'react';
import { fetchSettings, lastSettings, type PageSettings } from './pageSettings.ts';
import { useStored } from './stored.ts';

interface Asked {
  /** Null until the server was reached for the first time. */
  settings: PageSettings | null;
  failed: boolean;
  retry: () => void;
}

/** What the server tells its page: at once what it told last, soon what it tells now. */
export function usePageSettings(): Asked {
  const settings = useStored(lastSettings);
  const [failed, setFailed] = useState(false);
  const [asked, setAsked] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `asked` asks again
  useEffect(() => {
    const controller = new AbortController();
    fetchSettings(controller.signal)
      .then(lastSettings.set)
      .catch(() => setFailed(!controller.signal.aborted));
    return () => controller.abort();
  }, [asked]);
  const retry = useCallback(() => {
    setFailed(false);
    setAsked((times) => times + 1);
  }, []);
  return { settings, failed, retry };
}
