import { Suspense, useEffect, useState } from 'react';
import { ErrorBoundary } from '../errors/ErrorBoundary.tsx';
import { lazyComponent } from '../lib/lazyComponent.ts';
import { type Identity, identity } from '../lib/session.ts';
import { SettingsContext } from '../lib/settings.ts';
import { useStored } from '../lib/stored.ts';
import { Welcome } from '../welcome/Welcome.tsx';
import { isRefusal } from './fetchSettings.ts';
import { Starting } from './Starting.tsx';
import { usePageSettings } from './usePageSettings.ts';

/** Loads everything but the welcome screen. A first-time visitor types a name while it loads. */
const loadChat = () => import('./Chat.tsx');
const Chat = lazyComponent(() => loadChat().then((module) => module.Chat));

/** Runs before anything else reads the address, because the token in it is a secret. */
const tokenInAddress = takeTokenFromAddress();

/** Chooses the screen. Without an identity it is the welcome screen. */
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

/** Removes the token from an address that ends in `#token=…`, so that it stays out of history and bookmarks. Null if there is none. */
function takeTokenFromAddress(): string | null {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token === null) return null;
  history.replaceState(history.state, '', location.pathname + location.search);
  return token;
}
