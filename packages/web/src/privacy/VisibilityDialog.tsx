import { Dialog } from '../components/Dialog.tsx';
import { usePrivacyText } from '../text/usePrivacyText.ts';
import { VisibilityChoice } from './VisibilityChoice.tsx';

/** Who sees the user's name, with the choices for the open room. */
export function VisibilityDialog({ roomId, onClose }: { roomId: string; onClose: () => void }) {
  const text = usePrivacyText();
  return (
    <Dialog title={text.nameTitle} onClose={onClose}>
      <VisibilityChoice roomId={roomId} isTitled />
    </Dialog>
  );
}
