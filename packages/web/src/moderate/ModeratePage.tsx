import { useState } from 'react';
import { Problem } from '../errors/Problem.tsx';
import { useModerateText } from '../text/useModerateText.ts';
import { useSanctionsText } from '../text/useSanctionsText.ts';
import styles from './ModeratePage.module.css';
import { Queue } from './queue/Queue.tsx';
import { Roles } from './roles/Roles.tsx';
import { Sanctions } from './sanctions/Sanctions.tsx';
import { Tabs } from './Tabs.tsx';
import { type NamedScope, roomInAddress, roomKey, useScopes } from './useScopes.ts';

const tabs = ['queue', 'sanctions', 'roles'] as const;

/** The page for moderators, at `/moderate`: the queue of reports and held messages, the sanctions and the roles, in one of the scopes of the user's roles. */
export function ModeratePage() {
  const text = useModerateText();
  const { title: sanctions } = useSanctionsText();
  const labels = { queue: text.queue, sanctions, roles: text.roles };
  const scopes = useScopes();
  const [chosen, setChosen] = useState(() => roomKey(roomInAddress() ?? ''));
  const [tab, setTab] = useState<(typeof tabs)[number]>('queue');
  const current = scopes.data?.find(({ key }) => key === chosen) ?? scopes.data?.[0];
  const labelOf = ({ scope, name }: NamedScope) =>
    scope.type === 'area' ? text.area(name ?? '') : (name ?? text.server);
  return (
    <main className={styles.page}>
      <header className={styles.header}>
        <h1>{text.title}</h1>
        <a className="button quiet" href="/">
          {text.back}
        </a>
      </header>
      {scopes.problem !== null && <Problem cause={scopes.problem} onRetry={scopes.reload} />}
      {scopes.data === null && scopes.isLoading && <p role="status">{text.loading}</p>}
      {scopes.data?.length === 0 && (
        <div role="status">
          <p>{text.noRole}</p>
          <p className={styles.hint}>{text.noRoleHint}</p>
        </div>
      )}
      {current !== undefined && (
        <>
          {(scopes.data?.length ?? 0) > 1 && (
            <label className={`field ${styles.scope}`}>
              {text.scope}
              <select value={current.key} onChange={(event) => setChosen(event.target.value)}>
                {scopes.data?.map((one) => (
                  <option key={one.key} value={one.key}>
                    {labelOf(one)}
                  </option>
                ))}
              </select>
            </label>
          )}
          <Tabs
            label={text.tabs}
            tabs={tabs.map((key) => ({ key, label: labels[key] }))}
            current={tab}
            onChange={setTab}
          >
            {tab === 'queue' && <Queue key={current.key} scope={current.scope} />}
            {tab === 'sanctions' && <Sanctions key={current.key} scope={current.scope} />}
            {tab === 'roles' && <Roles key={current.key} scope={current.scope} />}
          </Tabs>
        </>
      )}
    </main>
  );
}
