import { useEarshot } from '@earshot/client/react';
import { useState } from 'react';
import { usePrivacyText } from '../text/usePrivacyText.ts';
import { ConfirmedAction } from './ConfirmedAction.tsx';

/** Erases everything about the user, after a question. */
export function EraseData({ onErased }: { onErased: () => void }) {
  const text = usePrivacyText();
  const { me } = useEarshot().trpc;
  const [isAccepted, setIsAccepted] = useState(false);

  if (isAccepted) {
    return (
      <>
        <p role="status">{text.erasing}</p>
        {/* biome-ignore lint/a11y/noAutofocus: the button that was pressed is gone */}
        <button type="button" className="button primary" autoFocus onClick={onErased}>
          {text.close}
        </button>
      </>
    );
  }
  return (
    <ConfirmedAction
      hint={text.eraseHint}
      labels={{ ask: text.erase, cancel: text.keep, act: text.eraseAnyway }}
      question={text.eraseQuestion}
      act={async () => {
        await me.erase.mutate({ confirm: 'erase everything about me' });
        setIsAccepted(true);
      }}
    />
  );
}
