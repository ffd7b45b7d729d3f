import { useText } from '../text/useText.ts';
import { Identify } from '../welcome/Identify.tsx';
import { isNameEnough } from '../welcome/identify.ts';
import { NameStep } from '../welcome/NameStep.tsx';
import { Dialog } from './Dialog.tsx';
import type { Identity } from './session.ts';
import { useSettings } from './settings.ts';

interface DialogProps {
  onDone: (identity: Identity) => void;
  onClose: () => void;
}

/** Another name for the same user. */
export function RenameDialog({ who, ...dialog }: DialogProps & { who: Identity }) {
  const text = useText();
  // Their name stands in their token.
  if (!isNameEnough(who, useSettings())) return <RenewDialog was={null} {...dialog} />;
  const { onDone, onClose } = dialog;
  return (
    <Dialog title={text.welcome.renameTitle} onClose={onClose}>
      <NameStep was={who} hint={text.welcome.renameHint} submitLabel={text.welcome.rename} onDone={onDone} />
    </Dialog>
  );
}

/** Asks anew who is at this page; `was`: who may go on as the same user. */
export function RenewDialog({ was, onDone, onClose }: DialogProps & { was: Identity | null }) {
  const text = useText();
  return (
    <Dialog title={text.welcome.renewTitle} onClose={onClose}>
      <Identify was={was} onDone={onDone} />
    </Dialog>
  );
}
