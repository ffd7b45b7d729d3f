import { useConnectionState } from '@earshot/client/react';
import { type ReactNode, Suspense, useEffect, useState } from 'react';
import { lazyComponent } from '../lib/lazyComponent.ts';
import type { Identity } from '../lib/session.ts';

const BannedScreen = lazyComponent(() => import('./BannedScreen.tsx').then((module) => module.BannedScreen));

/** Milliseconds for which a connection must be open: the server opens it before it refuses the user. */
const openMs = 2_000;

/** Shows the page, or that the user is banned from the whole server. */
export function BanGate({ identity, children }: { identity: Identity; children: ReactNode }) {
  if (!useIsBanned()) return children;
  return (
    <Suspense>
      <BannedScreen identity={identity} />
    </Suspense>
  );
}

/** Whether the server refuses the user. The client tries again by itself, so this ends with the ban. */
function useIsBanned(): boolean {
  const { status, error } = useConnectionState();
  const [isBanned, setIsBanned] = useState(false);
  if (error?.code === 'BANNED' && !isBanned) setIsBanned(true);
  useEffect(() => {
    if (status !== 'open') return;
    const timer = setTimeout(setIsBanned, openMs, false);
    return () => clearTimeout(timer);
  }, [status]);
  return isBanned;
}
