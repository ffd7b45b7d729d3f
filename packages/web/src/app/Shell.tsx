import type { RoomTarget, User } from '@earshot/client';
import { type RefObject, Suspense, useEffect, useMemo, useRef } from 'react';
import { Banner } from '../connection/Banner.tsx';
import { lazyComponent } from '../lib/lazyComponent.ts';
import { useStored } from '../lib/stored.ts';
import { useMediaQuery } from '../lib/useMediaQuery.ts';
import { useUserLocation } from '../location/useUserLocation.ts';
import { storedRange } from '../radar/range.ts';
import { useText } from '../text/useText.ts';
import { JoiningPane } from './JoiningPane.tsx';
import { NoRoom } from './NoRoom.tsx';
import { closeRoom, openRoom, useAroundRoute, useRoute } from './route.ts';
import styles from './Shell.module.css';
import { SidePane } from './SidePane.tsx';
import { useEnterRoom } from './useEnterRoom.ts';

/** Loaded separately, after the first screen and before the user picks a room. */
const loadRoomScreen = () => import('../room/RoomScreen.tsx');
const RoomScreen = lazyComponent(() => loadRoomScreen().then((module) => module.RoomScreen));

const AroundPane = lazyComponent(() => import('../around/AroundPane.tsx').then((module) => module.AroundPane));

const SuggestionNotice = lazyComponent(() =>
  import('../location/SuggestionNotice.tsx').then((module) => module.SuggestionNotice),
);

const TokenEndNotice = lazyComponent(() => import('./TokenEndNotice.tsx').then((module) => module.TokenEndNotice));

interface ShellProps {
  me: User;
  /** A token that only the user can replace; null for none. */
  token: string | null;
  onRename: () => void;
}

/** Shows the nearby rooms and the open room: side by side on a wide screen, one at a time on a narrow one. */
export function Shell({ me, token, onRename }: ShellProps) {
  const text = useText();
  const roomId = useRoute();
  const userLocation = useUserLocation();
  const { joiningRoom, enter, cancel } = useEnterRoom();
  const wide = useMediaQuery('(min-width: 56.25rem)');
  const target = useMemo<RoomTarget | null>(() => (roomId === null ? null : { roomId }), [roomId]);
  const here = userLocation.saved?.location ?? null;
  const radius = useStored(storedRange);
  const isAroundOpen = useAroundRoute() && here !== null && joiningRoom === null;
  const noRoomOpen = target === null && joiningRoom === null && !isAroundOpen;
  // Without a location, choosing one is the only step, so it gets the whole page.
  const sideBySide = wide && !(noRoomOpen && here === null);

  const nearby = useFocusWhen(noRoomOpen);

  useEffect(() => void loadRoomScreen().catch(() => {}), []); // a failure is reported when the screen is opened

  return (
    <div className={styles.shell}>
      <Banner />
      {token !== null && (
        <Suspense>
          <TokenEndNotice token={token} />
        </Suspense>
      )}
      {userLocation.saved?.shared && roomId !== null && (
        <Suspense>
          <SuggestionNotice deviceLocation={userLocation.device} currentRoomId={roomId} onHandOver={enter} />
        </Suspense>
      )}
      <main className={styles.panes}>
        <h1 className="visually-hidden">{text.app.name}</h1>
        {(sideBySide || noRoomOpen) && (
          <section ref={nearby} tabIndex={-1} aria-label={text.app.nearby} className={styles.nearby}>
            <SidePane me={me} userLocation={userLocation} currentRoomId={roomId} onEnter={enter} onRename={onRename} />
          </section>
        )}
        {(sideBySide || !noRoomOpen) && (
          <div className={styles.room}>
            {joiningRoom !== null && <JoiningPane joiningRoom={joiningRoom} onRetry={enter} onBack={cancel} />}
            {joiningRoom === null && target !== null && (
              <Suspense>
                <RoomScreen key={roomId} target={target} me={me} onLeave={closeRoom} onRename={onRename} />
              </Suspense>
            )}
            {isAroundOpen && (
              <Suspense>
                <AroundPane location={here} radius={radius} onOpen={openRoom} onBack={closeRoom} />
              </Suspense>
            )}
            {noRoomOpen && <NoRoom />}
          </div>
        )}
      </main>
    </div>
  );
}

/** Focuses an element when the user returns to it. The screen that had the focus is gone. */
function useFocusWhen(isBack: boolean): RefObject<HTMLElement | null> {
  const element = useRef<HTMLElement>(null);
  const previous = useRef(isBack);
  useEffect(() => {
    if (isBack && !previous.current && document.activeElement === document.body) element.current?.focus();
    previous.current = isBack;
  }, [isBack]);
  return element;
}
