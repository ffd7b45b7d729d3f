import type { RoomTarget, User } from '@earshot/client';
import { type RefObject, Suspense, useEffect, useMemo, useRef } from 'react';
import { Banner } from '../connection/Banner.tsx';
import { useText } from '../text/useText.ts';
import { EnteringPane } from './EnteringPane.tsx';
import { lazyComponent } from './lazyComponent.ts';
import { NoRoom } from './NoRoom.tsx';
import { closeRoom, useRoute } from './route.ts';
import styles from './Shell.module.css';
import { SidePane } from './SidePane.tsx';
import { useEntering } from './useEntering.ts';
import { useMediaQuery } from './useMediaQuery.ts';
import { usePlace } from './usePlace.ts';

/** Not part of the first load; it is here before anybody has looked around. */
const loadRoomScreen = () => import('../room/RoomScreen.tsx');
const RoomScreen = lazyComponent(() => loadRoomScreen().then((module) => module.RoomScreen));

const SuggestionNotice = lazyComponent(() =>
  import('../place/SuggestionNotice.tsx').then((module) => module.SuggestionNotice),
);

interface ShellProps {
  me: User;
  onRename: () => void;
}

/** The rooms around and the open room: side by side where there is room for both, else one at a time. */
export function Shell({ me, onRename }: ShellProps) {
  const text = useText();
  const roomId = useRoute();
  const known = usePlace();
  const { entering, enter, cancel } = useEntering();
  const wide = useMediaQuery('(min-width: 56.25rem)');
  const target = useMemo<RoomTarget | null>(() => (roomId === null ? null : { roomId }), [roomId]);
  const away = target === null && entering === null;
  // Who has no place yet has one thing to do, and all the page to do it on.
  const both = wide && !(away && known.place === null);

  const around = useFocusWhen(away);

  useEffect(() => void loadRoomScreen().catch(() => {}), []); // a failure shows when it is needed

  return (
    <div className={styles.shell}>
      <Banner />
      {known.place?.shared && roomId !== null && (
        <Suspense>
          <SuggestionNotice position={known.position} currentRoomId={roomId} onHandOver={enter} />
        </Suspense>
      )}
      <main className={styles.panes}>
        <h1 className="visually-hidden">{text.app.name}</h1>
        {(both || away) && (
          <section ref={around} tabIndex={-1} aria-label={text.app.around} className={styles.around}>
            <SidePane me={me} known={known} currentRoomId={roomId} onEnter={enter} onRename={onRename} />
          </section>
        )}
        {(both || !away) && (
          <div className={styles.room}>
            {entering !== null && <EnteringPane entering={entering} onRetry={enter} onBack={cancel} />}
            {entering === null && target !== null && (
              <Suspense>
                <RoomScreen key={roomId} target={target} me={me} onLeave={closeRoom} onRename={onRename} />
              </Suspense>
            )}
            {away && <NoRoom />}
          </div>
        )}
      </main>
    </div>
  );
}

/** Whoever comes back to something, from a screen that is gone, begins at its top: their focus would be nowhere. */
function useFocusWhen(isBack: boolean): RefObject<HTMLElement | null> {
  const element = useRef<HTMLElement>(null);
  const was = useRef(isBack);
  useEffect(() => {
    if (isBack && !was.current && document.activeElement === document.body) element.current?.focus();
    was.current = isBack;
  }, [isBack]);
  return element;
}
