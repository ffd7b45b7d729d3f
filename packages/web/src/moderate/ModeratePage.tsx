import { useState } from 'react';
import { Problem } from '../errors/Problem.tsx';
import type { Scope } from '../sanctions/scope.ts';
import { useAuditText } from '../text/useAuditText.ts';
import { useModerateText } from '../text/useModerateText.ts';
import { usePeopleText } from '../text/usePeopleText.ts';
import { useRoomRulesText } from '../text/useRoomRulesText.ts';
import { useSanctionsText } from '../text/useSanctionsText.ts';
import { Audit } from './audit/Audit.tsx';
import styles from './ModeratePage.module.css';
import { People } from './people/People.tsx';
import { Queue } from './queue/Queue.tsx';
import { Roles } from './roles/Roles.tsx';
import { RoomRules } from './room/RoomRules.tsx';
import { Sanctions } from './sanctions/Sanctions.tsx';
import { Tabs } from './Tabs.tsx';
import { type NamedScope, roomInAddress, roomKey, useScopes } from './useScopes.ts';

type Tab = 'queue' | 'people' | 'sanctions' | 'room' | 'roles' | 'audit';

/** The tabs in each kind of scope. */
const tabsOf = {
  server: ['queue', 'people', 'sanctions', 'roles', 'audit'],
  area: ['queue', 'people', 'sanctions', 'roles', 'audit'],
  room: ['queue', 'people', 'sanctions', 'room', 'roles', 'audit'],
} as const satisfies Record<Scope['type'], readonly Tab[]>;

/**
 * The page for moderators, at `/moderate`: the queue of reports and held messages, people, sanctions, the rules of a room, roles and the audit
 * log, in one of the scopes of the user's roles.
 */
export function ModeratePage() {
  const text = useModerateText();
  const labels: Record<Tab, string> = {
    queue: text.queue,
    people: usePeopleText().title,
    sanctions: useSanctionsText().title,
    room: useRoomRulesText().title,
    roles: text.roles,
    audit: useAuditText().title,
  };
  const scopes = useScopes();
  const [chosen, setChosen] = useState(() => roomKey(roomInAddress() ?? ''));
  const [tab, setTab] = useState<Tab>('queue');
  const current = scopes.data?.find(({ key }) => key === chosen) ?? scopes.data?.[0];
  const tabs: readonly Tab[] = current === undefined ? [] : tabsOf[current.scope.type];
  const shown = tabs.includes(tab) ? tab : 'queue';
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
            current={shown}
            onChange={setTab}
          >
            {shown === 'queue' && <Queue key={current.key} scope={current.scope} />}
            {shown === 'people' && <People key={current.key} scope={current.scope} />}
            {shown === 'sanctions' && <Sanctions key={current.key} scope={current.scope} />}
            {shown === 'room' && current.scope.type === 'room' && (
              <RoomRules key={current.key} roomId={current.scope.roomId} />
            )}
            {shown === 'roles' && <Roles key={current.key} scope={current.scope} />}
            {shown === 'audit' && <Audit key={current.key} scope={current.scope} />}
          </Tabs>
        </>
      )}
    </main>
  );
}
