import { hasVisibleName } from '@earshot/client';
import { limits } from '@earshot/shared';
import { type FormEvent, useState } from 'react';
import type { Scope } from '../../sanctions/scope.ts';
import { useModerateText } from '../../text/useModerateText.ts';
import type { Grant } from './grant.ts';
import styles from './Roles.module.css';

const rolesOf = {
  server: ['moderator', 'admin'],
  area: ['areaModerator'],
  room: ['roomModerator', 'owner'],
} as const satisfies Record<Scope['type'], readonly Grant['role'][]>;

interface GrantFormProps {
  scopeType: Scope['type'];
  /** Resolves to whether it succeeded. */
  onGrant: (grant: Grant) => Promise<boolean>;
}

/** Grants a role to a user. */
export function GrantForm({ scopeType, onGrant }: GrantFormProps) {
  const text = useModerateText();
  const roles: readonly Grant['role'][] = rolesOf[scopeType];
  const [userId, setUserId] = useState('');
  const [username, setUsername] = useState('');
  const [role, setRole] = useState<Grant['role'] | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const chosen = role ?? roles[0] ?? 'roomModerator';

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (isBusy || userId.trim() === '') return;
    setIsBusy(true);
    const grant = { userId: userId.trim(), role: chosen, ...(hasVisibleName(username) && { username }) };
    if (await onGrant(grant)) {
      setUserId('');
      setUsername('');
    }
    setIsBusy(false);
  }

  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)}>
      <h3>{text.grantTitle}</h3>
      <label className="field">
        {text.userId}
        <input
          value={userId}
          maxLength={limits.userIdChars}
          required
          onChange={(event) => setUserId(event.target.value)}
        />
      </label>
      {/* Only admins choose the name. */}
      {scopeType === 'server' && (
        <label className="field">
          {text.username}
          <input
            value={username}
            maxLength={limits.usernameChars}
            dir="auto"
            onChange={(event) => setUsername(event.target.value)}
          />
        </label>
      )}
      <label className="field">
        {text.role}
        <select value={chosen} onChange={({ target }) => setRole(roles.find((one) => one === target.value) ?? null)}>
          {roles.map((one) => (
            <option key={one} value={one}>
              {text.roleNames[one]}
            </option>
          ))}
        </select>
      </label>
      <p className={styles.meta}>{text.grantHint}</p>
      <button type="submit" className="button primary" disabled={isBusy}>
        {text.grant}
      </button>
    </form>
  );
}
