import { asEarshotError, type EarshotClientError, type RouterOutputs } from '@earshot/client';
import { useEarshot } from '@earshot/client/react';
import { useMemo, useState } from 'react';
import { Problem } from '../../errors/Problem.tsx';
import type { Scope } from '../../sanctions/scope.ts';
import { useModerateText } from '../../text/useModerateText.ts';
import { useLoaded } from '../useLoaded.ts';
import { GrantForm } from './GrantForm.tsx';
import type { Grant } from './grant.ts';
import styles from './Roles.module.css';

type GrantedRole = RouterOutputs['roles']['list'][number];

/** Who has which role in a scope, and granting and withdrawing roles. */
export function Roles({ scope }: { scope: Scope }) {
  const text = useModerateText();
  const client = useEarshot();
  const roles = useLoaded(
    useMemo(() => (client === null ? null : () => client.trpc.roles.list.query({ scope })), [client, scope]),
  );
  const [problem, setProblem] = useState<EarshotClientError | null>(null);
  const [done, setDone] = useState('');

  /** Resolves to whether it succeeded. */
  async function change(act: () => Promise<unknown> | undefined, message: string): Promise<boolean> {
    try {
      await act();
      setProblem(null);
      setDone(message);
      roles.reload();
      return true;
    } catch (error) {
      setProblem(asEarshotError(error));
      return false;
    }
  }

  const grant = (given: Grant) =>
    change(() => client?.trpc.roles.grant.mutate({ scope, ...given }), text.granted(given.username ?? given.userId));
  const withdraw = ({ userId, username }: GrantedRole) =>
    change(() => client?.trpc.roles.withdraw.mutate({ scope, userId }), text.withdrawn(username ?? userId));

  return (
    <section className={styles.roles}>
      <h2>{text.roles}</h2>
      <p role="status" className={done === '' ? 'visually-hidden' : styles.done}>
        {done}
      </p>
      {(problem ?? roles.problem) !== null && <Problem cause={problem ?? roles.problem ?? 'UNKNOWN'} />}
      {roles.data === null && roles.isLoading && <p>{text.loading}</p>}
      {roles.data?.length === 0 && <p>{text.noRoles}</p>}
      <ul className={styles.list} aria-label={text.roles}>
        {roles.data?.map((one) => (
          <li key={`${one.userId} ${one.role}`} className={styles.entry}>
            <span>
              <bdi>{one.username ?? one.userId}</bdi>, {text.roleNames[one.role]}
              <span className={styles.meta}>
                {[
                  ...(one.username === null || one.username === one.userId ? [] : [one.userId]),
                  ...(one.grantedBy === null ? [] : [text.grantedBy(one.grantedBy.username)]),
                ].join(', ')}
              </span>
            </span>
            {one.grantedAt !== null && (
              <button
                type="button"
                className="button"
                aria-label={`${text.withdraw}: ${one.username ?? one.userId}`}
                onClick={() => void withdraw(one)}
              >
                {text.withdraw}
              </button>
            )}
          </li>
        ))}
      </ul>
      <GrantForm scopeType={scope.type} onGrant={grant} />
    </section>
  );
}
