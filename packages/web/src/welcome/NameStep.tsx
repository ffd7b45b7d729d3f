import { hasVisibleName } from '@earshot/client';
import { limits } from '@earshot/shared';
import type { ReactNode } from 'react';
import type { Identity } from '../lib/session.ts';
import { useSettings } from '../lib/settings.ts';
import { useText } from '../text/useText.ts';
import { CredentialForm } from './CredentialForm.tsx';
import { identifyByName } from './identify.ts';

interface NameStepProps {
  /** The identity that continues as the same user under the new name; null for none. */
  was: Identity | null;
  hint: string;
  submitLabel: string;
  onDone: (identity: Identity) => void;
  children?: ReactNode;
}

/** Asks for a name. */
export function NameStep({ was, ...rest }: NameStepProps) {
  const text = useText();
  const settings = useSettings();
  return (
    <CredentialForm
      {...rest}
      label={text.welcome.nameLabel}
      initial={was?.user.username ?? ''}
      input={{
        placeholder: text.welcome.namePlaceholder,
        maxLength: limits.usernameChars,
        autoComplete: 'nickname',
        autoCapitalize: 'words',
      }}
      check={(given) => (given === '' ? 'NAME_EMPTY' : hasVisibleName(given) ? null : 'NAME_INVISIBLE')}
      identify={(given) => identifyByName(given, { settings, was })}
    />
  );
}
