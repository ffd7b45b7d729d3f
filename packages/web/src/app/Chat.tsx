import { EarshotProvider } from '@earshot/client/react';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { RenewalContext } from '../errors/renewal.ts';
import { type Identity, identity } from '../lib/session.ts';
import { useSettings } from '../lib/settings.ts';
import { registerServiceWorker } from '../offline/registerServiceWorker.ts';
import { identifyByName, isIdentityRefused, isNameEnough } from '../welcome/identify.ts';
import { RenameDialog, RenewDialog } from './IdentityDialog.tsx';
import { Shell } from './Shell.tsx';
import { useClient } from './useClient.ts';

/** The page of one identity: creates its client and offers to change the identity. */
export function Chat({ who }: { who: Identity }) {
  const client = useClient(who);
  const settings = useSettings();
  const [asked, setAsked] = useState<'nothing' | 'name' | 'again' | 'proof'>('nothing');

  const become = useCallback((next: Identity) => {
    identity.set(next);
    setAsked('nothing');
  }, []);
  const renew = useCallback(() => {
    if (!isNameEnough(who, settings)) return setAsked('proof');
    identifyByName(who.user.username, { settings, was: who }).then(become, (error) =>
      setAsked(isIdentityRefused(error) ? 'proof' : 'again'),
    );
  }, [who, settings, become]);
  useEffect(registerServiceWorker, []);

  const close = () => setAsked('nothing');
  const me = useMemo(() => who.user, [who]);

  return (
    <RenewalContext value={renew}>
      <EarshotProvider client={client}>
        {client !== null && <Shell me={me} onRename={() => setAsked('name')} />}
        {asked === 'name' && <RenameDialog who={who} onDone={become} onClose={close} />}
        {asked === 'again' && <RenewDialog was={who} onDone={become} onClose={close} />}
        {asked === 'proof' && <RenewDialog was={null} onDone={become} onClose={close} />}
      </EarshotProvider>
    </RenewalContext>
  );
}
