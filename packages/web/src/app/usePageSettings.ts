import type { PageSettings } from '@earshot/shared';
import { useCallback, useEffect, useState } from 'react';
import { useStored } from '../lib/stored.ts';
import { fetchSettings, lastSettings, type SettingsProblem } from './fetchSettings.ts';

interface LoadedSettings {
  /** Null until the server is reached for the first time. */
  settings: PageSettings | null;
  /** Null if there is none. */
  problem: SettingsProblem | null;
  retry: () => void;
}

/** Returns the stored settings of the server at once, and then the current ones. */
export function usePageSettings(): LoadedSettings {
  const settings = useStored(lastSettings);
  const [problem, setProblem] = useState<SettingsProblem | null>(null);
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `attempt` triggers another request
  useEffect(() => {
    const controller = new AbortController();
    void fetchSettings(controller.signal).then((answer) => {
      if (controller.signal.aborted) return;
      if (typeof answer === 'string') setProblem(answer);
      else lastSettings.set(answer);
    });
    return () => controller.abort();
  }, [attempt]);
  const retry = useCallback(() => {
    setProblem(null);
    setAttempt((count) => count + 1);
  }, []);
  return { settings, problem, retry };
}
