import { useState } from 'react';
import type { Identity } from '../app/session.ts';
import { useSettings } from '../app/settings.ts';
import { useText } from '../text/useText.ts';
import { NameStep } from './NameStep.tsx';
import { TokenStep } from './TokenStep.tsx';

interface IdentifyProps {
  /** The token that the page's address carried, to begin with. */
  token?: string | null;
  /** Who may go on as the same user. */
  was?: Identity | null;
  onDone: (identity: Identity) => void;
}

/** Who is at this page: a name where that is enough, a token where the server checks them, or either. */
export function Identify({ token = null, was = null, onDone }: IdentifyProps) {
  const text = useText();
  const { auth, guests } = useSettings();
  const nameWillDo = guests || auth === 'open';
  const [byToken, setByToken] = useState(token !== null || !nameWillDo);
  if (byToken) {
    return (
      <TokenStep token={token ?? ''} onDone={onDone}>
        {nameWillDo && (
          <button type="button" className="button quiet" onClick={() => setByToken(false)}>
            {text.welcome.nameInstead}
          </button>
        )}
      </TokenStep>
    );
  }
  return (
    <NameStep was={was} hint={text.welcome.nameHint} submitLabel={text.welcome.go} onDone={onDone}>
      {auth === 'jwt' && (
        <button type="button" className="button quiet" onClick={() => setByToken(true)}>
          {text.welcome.tokenInstead}
        </button>
      )}
    </NameStep>
  );
}
