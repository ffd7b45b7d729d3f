import type { ReactNode } from 'react';
import { type Identity, identity } from '../app/session.ts';
import { useStored } from '../app/stored.ts';
import type { ProblemCause } from '../errors/recovery.ts';
import { useText } from '../text/useText.ts';
import { CredentialForm } from './CredentialForm.tsx';
import { identifyByToken } from './identify.ts';
import { readToken } from './readToken.ts';

interface TokenStepProps {
  token?: string;
  onDone: (identity: Identity) => void;
  children?: ReactNode;
}

/** Takes the token that proves who somebody is, where the server checks that. */
export function TokenStep({ token = '', ...rest }: TokenStepProps) {
  const text = useText();
  const who = useStored(identity);
  // Whoever is somebody already is asked before a link makes them somebody else.
  const known = who === null || who.user.userId === readToken(token)?.userId;
  return (
    <CredentialForm
      {...rest}
      label={text.welcome.tokenLabel}
      hint={text.welcome.tokenHint}
      submitLabel={text.welcome.go}
      initial={token}
      eager={token !== '' && known}
      input={{ autoComplete: 'off', autoCapitalize: 'off' }}
      check={(given) => (readToken(given) === null ? 'TOKEN_UNREADABLE' : null)}
      identify={async (given) => identifyByToken(given)}
      explain={explain}
    />
  );
}

/** One's access is to be renewed where it was good before; a token that was just given is to be replaced. */
function explain(problem: ProblemCause): ProblemCause {
  if (typeof problem === 'string') return problem;
  if (problem.code === 'TOKEN_EXPIRED') return 'TOKEN_TOO_OLD';
  return problem.code === 'TOKEN_INVALID' ? 'TOKEN_REFUSED' : problem;
}
