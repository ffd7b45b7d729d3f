import { useText } from '../text/useText.ts';
import { Identify } from '../welcome/Identify.tsx';
import { NameStep } from '../welcome/NameStep.tsx';
import { Dialog } from './Dialog.tsx';
import type { Identity } from './session.ts';
import { useSettings } from './settings.ts';

interface IdentityDialogProps {
  name: string;
  onDone: (identity: Identity) => void;
  onClose: () => void;
}

/** Another name: whoever takes one is somebody new to the server. */
export function RenameDialog({ name, onDone, onClose }: IdentityDialogProps) {
  const text = useText();
  const { auth, guests } = useSettings();
  if (!guests && auth === 'jwt') return <RenewDialog onDone={onDone} onClose={onClose} />;
  return (
    <Dialog title={text.welcome.renameTitle} onClose={onClose}>
      <NameStep name={name} hint={text.welcome.renameHint} submitLabel={text.welcome.rename} onDone={onDone} />
    </Dialog>
  );
}

/** Asks anew who is at this page. */
export function RenewDialog({ onDone, onClose }: Omit<IdentityDialogProps, 'name'>) {
  const text = useText();
  return (
    <Dialog title={text.welcome.renewTitle} onClose={onClose}>
      <Identify onDone={onDone} />
    </Dialog>
  );
}
