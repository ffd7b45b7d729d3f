import { useState } from 'react';
import type { Identity } from '../lib/session.ts';
import { useSettings } from '../lib/settings.ts';
import { useText } from '../text/useText.ts';
import { NameStep } from './NameStep.tsx';
import { TokenStep } from './TokenStep.tsx';

interface IdentifyProps {
  /** The token from the page's address, used as the initial one. */
  token?: string | null;
  /** The identity that may continue as the same user. */
  previous?: Identity | null;
  /** The name to begin with, if the user does not stay the same. */
  name?: string;
  onDone: (identity: Identity) => void;
}

/** Identifies the user: by name, by token, or by either, as the server requires. */
export function Identify({ token = null, previous = null, name, onDone }: IdentifyProps) {
  const text = useText();
  const { auth, guests } = useSettings();
  const acceptsNames = guests || auth === 'open';
  const [byToken, setByToken] = useState(token !== null || !acceptsNames);
  if (byToken) {
    return (
      <TokenStep token={token ?? ''} onDone={onDone}>
        {acceptsNames && (
          <button type="button" className="button quiet" onClick={() => setByToken(false)}>
            {text.welcome.nameInstead}
          </button>
        )}
      </TokenStep>
    );
  }
  return (
    <NameStep
      previous={previous}
      name={name}
      hint={text.welcome.nameHint}
      submitLabel={text.welcome.go}
      onDone={onDone}
    >
      {auth !== 'open' && (
        <button type="button" className="button quiet" onClick={() => setByToken(true)}>
          {text.welcome.tokenInstead}
        </button>
      )}
    </NameStep>
  );
}
