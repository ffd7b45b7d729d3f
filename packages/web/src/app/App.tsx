import { Suspense, useEffect, useState } from 'react';
import { ErrorBoundary } from '../errors/ErrorBoundary.tsx';
import { takeTokenFromAddress } from '../welcome/tokenInAddress.ts';
import { Welcome } from '../welcome/Welcome.tsx';
import { lazyComponent } from './lazyComponent.ts';
import { isRefusal } from './pageSettings.ts';
import { Starting } from './Starting.tsx';
import { type Identity, identity } from './session.ts';
import { SettingsContext } from './settings.ts';
import { useStored } from './stored.ts';
import { usePageSettings } from './usePageSettings.ts';

/** Everything but the welcome: whoever is here for the first time has a name to type while it loads. */
const loadChat = () => import('./Chat.tsx');
const Chat = lazyComponent(() => loadChat().then((module) => module.Chat));

/** At once, before anything reads the address: what it proves is nobody else's business. */
const tokenInAddress = takeTokenFromAddress();

/** Which screen there is: who somebody is comes before everything else. */
export function App() {
  const { settings, problem, retry } = usePageSettings();
  const who = useStored(identity);
  const [token, setToken] = useState(tokenInAddress);

  useEffect(() => {
    if (who !== null) return;
    const load = () => void loadChat().catch(() => {});
    addEventListener('input', load, { once: true });
    return () => removeEventListener('input', load);
  }, [who]);

  function become(next: Identity): void {
    setToken(null);
    identity.set(next);
  }

  return (
    <ErrorBoundary>
      {settings === null || isRefusal(problem) ? (
        <Starting problem={problem} onRetry={retry} />
      ) : (
        <SettingsContext value={settings}>
          {who === null || token !== null ? (
            <Welcome token={token} onDone={become} />
          ) : (
            <Suspense fallback={<Starting problem={null} onRetry={retry} />}>
              <Chat who={who} />
            </Suspense>
          )}
        </SettingsContext>
      )}
    </ErrorBoundary>
  );
}
