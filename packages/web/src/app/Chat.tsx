import { isGuestId } from '@earshot/client';
import { EarshotProvider } from '@earshot/client/react';
import { Suspense, useCallback, useEffect, useMemo, useState } from 'react';
import { RenewalContext } from '../errors/renewal.ts';
import { lazyComponent } from '../lib/lazyComponent.ts';
import { type Identity, storedIdentity } from '../lib/session.ts';
import { useSettings } from '../lib/settings.ts';
import { registerServiceWorker } from '../offline/registerServiceWorker.ts';
import { moveDrafts } from '../room/roomStorage.ts';
import { identifyByName, isIdentityRefused, isNameEnough } from '../welcome/identify.ts';
import { BanGate } from './BanGate.tsx';
import { Shell } from './Shell.tsx';
import { useClient } from './useClient.ts';

const RenameDialog = lazyComponent(() => import('./IdentityDialog.tsx').then((module) => module.RenameDialog));
const RenewDialog = lazyComponent(() => import('./IdentityDialog.tsx').then((module) => module.RenewDialog));
const ModeratePage = lazyComponent(() => import('../moderate/ModeratePage.tsx').then((module) => module.ModeratePage));

/** The page of one identity: creates its client and offers to change the identity. */
export function Chat({ identity }: { identity: Identity }) {
  const client = useClient(identity);
  const settings = useSettings();
  const [openDialog, setOpenDialog] = useState<'none' | 'rename' | 'renew' | 'signIn'>('none');

  const changeIdentity = useCallback(
    (next: Identity) => {
      // A guest who can't return (signed out everywhere) goes on as another one.
      if (isGuestId(identity.user.userId)) moveDrafts(identity.user.userId, next.user.userId);
      storedIdentity.set(next);
      setOpenDialog('none');
    },
    [identity],
  );
  const isRenewable = isNameEnough(identity, settings);
  const renew = useCallback(() => {
    if (!isRenewable) return setOpenDialog('signIn');
    identifyByName(identity.user.username, { settings, previous: identity }).then(changeIdentity, (error) =>
      setOpenDialog(isIdentityRefused(error) ? 'signIn' : 'renew'),
    );
  }, [identity, isRenewable, settings, changeIdentity]);
  useEffect(registerServiceWorker, []);

  const close = () => setOpenDialog('none');
  const me = useMemo(() => identity.user, [identity]);
  const dialog = { token: isRenewable ? null : '', name: me.username, onDone: changeIdentity, onClose: close };

  return (
    <RenewalContext value={renew}>
      <EarshotProvider client={client}>
        {client !== null && (
          <BanGate identity={identity}>
            {location.pathname === '/moderate' ? (
              <Suspense>
                <ModeratePage />
              </Suspense>
            ) : (
              <Shell me={me} token={isRenewable ? null : identity.token} onRename={() => setOpenDialog('rename')} />
            )}
          </BanGate>
        )}
        <Suspense>
          {openDialog === 'rename' && <RenameDialog identity={identity} onDone={changeIdentity} onClose={close} />}
          {openDialog === 'renew' && <RenewDialog previous={identity} {...dialog} />}
          {openDialog === 'signIn' && <RenewDialog previous={null} {...dialog} />}
        </Suspense>
      </EarshotProvider>
    </RenewalContext>
  );
}
