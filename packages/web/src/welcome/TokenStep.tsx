import type { ReactNode } from 'react';
import type { ProblemCause } from '../errors/recovery.ts';
import { type Identity, storedIdentity } from '../lib/session.ts';
import { useSettings } from '../lib/settings.ts';
import { useStored } from '../lib/stored.ts';
import { useText } from '../text/useText.ts';
import { CredentialForm } from './CredentialForm.tsx';
import { identifyByToken } from './identify.ts';
import { readToken } from './readToken.ts';

interface TokenStepProps {
  token?: string;
  onDone: (identity: Identity) => void;
  children?: ReactNode;
}

/** Asks for a token that identifies the user, for servers that verify tokens. */
export function TokenStep({ token = '', ...rest }: TokenStepProps) {
  const text = useText();
  const { auth } = useSettings();
  const identity = useStored(storedIdentity);
  // If the token belongs to another user than the current one, the user confirms the change first.
  const isSameUser = identity === null || identity.user.userId === readToken(token)?.userId;
  return (
    <CredentialForm
      {...rest}
      label={text.welcome.tokenLabel}
      hint={text.welcome.tokenHint}
      submitLabel={text.welcome.go}
      initial={token}
      eager={token !== '' && isSameUser}
      input={{ autoComplete: 'off', autoCapitalize: 'off' }}
      // Only tokens that the server verifies by itself have a known form.
      check={(entered) => (auth === 'jwt' && readToken(entered) === null ? 'TOKEN_UNREADABLE' : null)}
      identify={async (entered) => identifyByToken(entered)}
      explain={explain}
    />
  );
}

/** For a token that was just entered, asks for another token instead of a renewal. */
function explain(problem: ProblemCause): ProblemCause {
  if (typeof problem === 'string') return problem;
  if (problem.code === 'TOKEN_EXPIRED') return 'TOKEN_TOO_OLD';
  return problem.code === 'TOKEN_INVALID' ? 'TOKEN_REFUSED' : problem;
}
