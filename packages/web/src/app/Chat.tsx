import { EarshotProvider } from '@earshot/client/react';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { RenewalContext } from '../errors/renewal.ts';
import { keepPage } from '../offline/keepPage.ts';
import { becomeGuest } from '../welcome/identify.ts';
import { RenameDialog, RenewDialog } from './IdentityDialog.tsx';
import { Shell } from './Shell.tsx';
import { type Identity, identity } from './session.ts';
import { useSettings } from './settings.ts';
import { useClient } from './useClient.ts';

/** The page of somebody: their client, and how they become somebody else. */
export function Chat({ who }: { who: Identity }) {
  const client = useClient(who);
  const { guests } = useSettings();
  const [asked, setAsked] = useState<'nothing' | 'name' | 'proof'>('nothing');
  const { username } = who.user;

  const become = useCallback((next: Identity) => {
    identity.set(next);
    setAsked('nothing');
  }, []);
  const renew = useCallback(() => {
    if (!guests) return setAsked('proof');
    becomeGuest(username).then(become, () => setAsked('proof'));
  }, [guests, username, become]);
  useEffect(keepPage, []);

  const close = () => setAsked('nothing');
  const me = useMemo(() => who.user, [who]);

  return (
    <RenewalContext value={renew}>
      <EarshotProvider client={client}>
        {client !== null && <Shell me={me} onRename={() => setAsked('name')} />}
        {asked === 'name' && <RenameDialog name={username} onDone={become} onClose={close} />}
        {asked === 'proof' && <RenewDialog onDone={become} onClose={close} />}
      </EarshotProvider>
    </RenewalContext>
  );
}
