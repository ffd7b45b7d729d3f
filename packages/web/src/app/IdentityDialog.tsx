import { Dialog } from '../components/Dialog.tsx';
import type { Identity } from '../lib/session.ts';
import { useSettings } from '../lib/settings.ts';
import { useText } from '../text/useText.ts';
import { Identify } from '../welcome/Identify.tsx';
import { isNameEnough } from '../welcome/identify.ts';
import { NameStep } from '../welcome/NameStep.tsx';

interface DialogProps {
  onDone: (identity: Identity) => void;
  onClose: () => void;
}

/** Changes the name of the same user. */
export function RenameDialog({ identity, ...dialog }: DialogProps & { identity: Identity }) {
  const text = useText();
  // With a token, the name comes from the token.
  if (!isNameEnough(identity, useSettings()))
    return <RenewDialog previous={null} token="" name={identity.user.username} {...dialog} />;
  const { onDone, onClose } = dialog;
  return (
    <Dialog title={text.welcome.renameTitle} onClose={onClose}>
      <NameStep previous={identity} hint={text.welcome.renameHint} submitLabel={text.welcome.rename} onDone={onDone} />
    </Dialog>
  );
}

interface RenewDialogProps extends DialogProps {
  /** The identity that may continue as the same user; null for none. */
  previous: Identity | null;
  /** For a user with a token: what is in its field. Null asks for a name, if that is enough. */
  token: string | null;
  /** The name to begin with. */
  name: string;
}

/** Asks for a new identity. */
export function RenewDialog({ previous, token, name, onDone, onClose }: RenewDialogProps) {
  const text = useText();
  return (
    <Dialog title={text.welcome.renewTitle} onClose={onClose}>
      <Identify token={token} previous={previous} name={name} onDone={onDone} />
    </Dialog>
  );
}
