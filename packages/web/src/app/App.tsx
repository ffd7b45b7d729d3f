import { Suspense, useEffect, useState } from 'react';
import { ErrorBoundary } from '../errors/ErrorBoundary.tsx';
import { lazyComponent } from '../lib/lazyComponent.ts';
import { type Identity, storedIdentity } from '../lib/session.ts';
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
  const identity = useStored(storedIdentity);
  const [token, setToken] = useState(tokenInAddress);

  useEffect(() => {
    if (identity !== null) return;
    const preload = () => void loadChat().catch(() => {});
    addEventListener('input', preload, { once: true });
    return () => removeEventListener('input', preload);
  }, [identity]);

  function signIn(next: Identity): void {
    setToken(null);
    storedIdentity.set(next);
  }

  return (
    <ErrorBoundary>
      {settings === null || isRefusal(problem) ? (
        <Starting problem={problem} onRetry={retry} />
      ) : (
        <SettingsContext value={settings}>
          {identity === null || token !== null ? (
            <Welcome token={token} onDone={signIn} />
          ) : (
            <Suspense fallback={<Starting problem={null} onRetry={retry} />}>
              <Chat identity={identity} />
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
