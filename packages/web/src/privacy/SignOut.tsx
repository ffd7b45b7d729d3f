import { asEarshotError, isGuestId } from '@earshot/client';
import { useEarshot } from '@earshot/client/react';
import { storedIdentity } from '../lib/session.ts';
import { usePrivacyText } from '../text/usePrivacyText.ts';
import { ConfirmedAction } from './ConfirmedAction.tsx';

interface SignOutProps {
  /** Forgets everything about the user on this device. */
  onForget: () => void;
}

/** Ends all sessions of the user, after a question. Drafts and unsent messages wait until the user signs in again, which guests can't. */
export function SignOut({ onForget }: SignOutProps) {
  const text = usePrivacyText();
  const { auth } = useEarshot().trpc;
  const isGuest = isGuestId(storedIdentity.get()?.user.userId ?? '');

  async function signOut(): Promise<void> {
    try {
      await auth.signOutEverywhere.mutate();
    } catch (error) {
      // The connection may end before the answer arrives.
      if (asEarshotError(error).code !== 'TOKEN_REVOKED') throw error;
    }
    if (isGuest) onForget();
    else storedIdentity.set(null);
  }

  return (
    <ConfirmedAction
      hint={text.signOutHint}
      labels={{ ask: text.signOut, cancel: text.staySignedIn, act: text.signOutAnyway }}
      question={isGuest ? text.guestSignOutQuestion : text.signOutQuestion}
      act={signOut}
    />
  );
}
