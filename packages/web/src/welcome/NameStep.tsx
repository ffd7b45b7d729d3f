import type { ReactNode } from 'react';
import type { Identity } from '../app/session.ts';
import { useSettings } from '../app/settings.ts';
import { useText } from '../text/useText.ts';
import { CredentialForm } from './CredentialForm.tsx';
import { becomeGuest, becomeNamed } from './identify.ts';

/** As long as the server takes them. */
const nameMaxChars = 40;

interface NameStepProps {
  name?: string;
  hint: string;
  submitLabel: string;
  onDone: (identity: Identity) => void;
  children?: ReactNode;
}

/** Asks for a name. */
export function NameStep({ name = '', ...rest }: NameStepProps) {
  const text = useText();
  const { guests } = useSettings();
  return (
    <CredentialForm
      {...rest}
      label={text.welcome.nameLabel}
      initial={name}
      input={{
        placeholder: text.welcome.namePlaceholder,
        maxLength: nameMaxChars,
        autoComplete: 'nickname',
        autoCapitalize: 'words',
      }}
      check={(given) => (given === '' ? 'NAME_EMPTY' : null)}
      identify={async (given) => (guests ? becomeGuest(given) : becomeNamed(given))}
    />
  );
}
