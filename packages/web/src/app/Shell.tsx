import type { RoomTarget, User } from '@earshot/client';
import { type RefObject, Suspense, useEffect, useMemo, useRef } from 'react';
import { Banner } from '../connection/Banner.tsx';
import { lazyComponent } from '../lib/lazyComponent.ts';
import { useMediaQuery } from '../lib/useMediaQuery.ts';
import { usePlace } from '../place/usePlace.ts';
import { useText } from '../text/useText.ts';
import { EnteringPane } from './EnteringPane.tsx';
import { NoRoom } from './NoRoom.tsx';
import { closeRoom, useRoute } from './route.ts';
import styles from './Shell.module.css';
import { SidePane } from './SidePane.tsx';
import { useEntering } from './useEntering.ts';

/** Loaded separately, after the first screen and before the user picks a room. */
const loadRoomScreen = () => import('../room/RoomScreen.tsx');
const RoomScreen = lazyComponent(() => loadRoomScreen().then((module) => module.RoomScreen));

const SuggestionNotice = lazyComponent(() =>
  import('../place/SuggestionNotice.tsx').then((module) => module.SuggestionNotice),
);

interface ShellProps {
  me: User;
  onRename: () => void;
}

/** Shows the nearby rooms and the open room: side by side on a wide screen, one at a time on a narrow one. */
export function Shell({ me, onRename }: ShellProps) {
  const text = useText();
  const roomId = useRoute();
  const known = usePlace();
  const { entering, enter, cancel } = useEntering();
  const wide = useMediaQuery('(min-width: 56.25rem)');
  const target = useMemo<RoomTarget | null>(() => (roomId === null ? null : { roomId }), [roomId]);
  const away = target === null && entering === null;
  // Without a location, choosing one is the only step, so it gets the whole page.
  const both = wide && !(away && known.place === null);

  const around = useFocusWhen(away);

  useEffect(() => void loadRoomScreen().catch(() => {}), []); // a failure is reported when the screen is opened

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

/** Focuses an element when the user returns to it. The screen that had the focus is gone. */
function useFocusWhen(isBack: boolean): RefObject<HTMLElement | null> {
  const element = useRef<HTMLElement>(null);
  const was = useRef(isBack);
  useEffect(() => {
    if (isBack && !was.current && document.activeElement === document.body) element.current?.focus();
    was.current = isBack;
  }, [isBack]);
  return element;
}
