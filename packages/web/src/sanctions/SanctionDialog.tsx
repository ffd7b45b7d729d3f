import { Dialog } from '../components/Dialog.tsx';
import { isolate } from '../lib/isolate.ts';
import { useSanctionsText } from '../text/useSanctionsText.ts';
import { SanctionForm, type SanctionFormProps } from './SanctionForm.tsx';

interface SanctionDialogProps extends Omit<SanctionFormProps, 'userId' | 'onCancel'> {
  user: { userId: string; username: string | null };
  onClose: () => void;
}

/** Mutes, bans or kicks a user, in a dialog. */
export function SanctionDialog({ user: { userId, username }, onClose, ...form }: SanctionDialogProps) {
  const text = useSanctionsText();
  return (
    <Dialog title={text.sanctionTitle(isolate(username ?? userId))} onClose={onClose}>
      <SanctionForm {...form} userId={userId} onCancel={onClose} />
    </Dialog>
  );
}
