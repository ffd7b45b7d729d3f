import { EarshotProvider } from '@earshot/client/react';
import { Suspense, useCallback, useEffect, useMemo, useState } from 'react';
import { RenewalContext } from '../errors/renewal.ts';
import { lazyComponent } from '../lib/lazyComponent.ts';
import { type Identity, storedIdentity } from '../lib/session.ts';
import { useSettings } from '../lib/settings.ts';
import { registerServiceWorker } from '../offline/registerServiceWorker.ts';
import { identifyByName, isIdentityRefused, isNameEnough } from '../welcome/identify.ts';
import { RenameDialog, RenewDialog } from './IdentityDialog.tsx';
import { Shell } from './Shell.tsx';
import { useClient } from './useClient.ts';

const ModeratePage = lazyComponent(() => import('../moderate/ModeratePage.tsx').then((module) => module.ModeratePage));

/** The page of one identity: creates its client and offers to change the identity. */
export function Chat({ identity }: { identity: Identity }) {
  const client = useClient(identity);
  const settings = useSettings();
  const [openDialog, setOpenDialog] = useState<'none' | 'rename' | 'renew' | 'signIn'>('none');

  const changeIdentity = useCallback((next: Identity) => {
    storedIdentity.set(next);
    setOpenDialog('none');
  }, []);
  const renew = useCallback(() => {
    if (!isNameEnough(identity, settings)) return setOpenDialog('signIn');
    identifyByName(identity.user.username, { settings, previous: identity }).then(changeIdentity, (error) =>
      setOpenDialog(isIdentityRefused(error) ? 'signIn' : 'renew'),
    );
  }, [identity, settings, changeIdentity]);
  useEffect(registerServiceWorker, []);

  const close = () => setOpenDialog('none');
  const me = useMemo(() => identity.user, [identity]);

  return (
    <RenewalContext value={renew}>
      <EarshotProvider client={client}>
        {client !== null &&
          (location.pathname === '/moderate' ? (
            <Suspense>
              <ModeratePage />
            </Suspense>
          ) : (
            <Shell me={me} onRename={() => setOpenDialog('rename')} />
          ))}
        {openDialog === 'rename' && <RenameDialog identity={identity} onDone={changeIdentity} onClose={close} />}
        {openDialog === 'renew' && <RenewDialog previous={identity} onDone={changeIdentity} onClose={close} />}
        {openDialog === 'signIn' && <RenewDialog previous={null} onDone={changeIdentity} onClose={close} />}
      </EarshotProvider>
    </RenewalContext>
  );
}
