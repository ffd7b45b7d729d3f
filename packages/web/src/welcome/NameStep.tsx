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
  previous: Identity | null;
  /** The name to begin with, without a previous identity. */
  name?: string | undefined;
  hint: string;
  submitLabel: string;
  onDone: (identity: Identity) => void;
  children?: ReactNode;
}

/** Asks for a name. */
export function NameStep({ previous, name = '', ...rest }: NameStepProps) {
  const text = useText();
  const settings = useSettings();
  return (
    <CredentialForm
      {...rest}
      label={text.welcome.nameLabel}
      initial={previous?.user.username ?? name}
      input={{
        placeholder: text.welcome.namePlaceholder,
        maxLength: limits.usernameChars,
        autoComplete: 'nickname',
        autoCapitalize: 'words',
      }}
      check={(name) => (name === '' ? 'NAME_EMPTY' : hasVisibleName(name) ? null : 'NAME_INVISIBLE')}
      identify={(name, work) => identifyByName(name, { settings, previous, work })}
    />
  );
}
