import type { Location } from '@earshot/client';
import { type NeighbourhoodView, useNeighbourhood } from '@earshot/client/react';
import { distinctLabels } from '@earshot/shared';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useOffline } from '../connection/useOffline.ts';
import { useShownInBanner } from '../connection/useShownInBanner.ts';
import { Problem } from '../errors/Problem.tsx';
import { problemOf } from '../errors/recovery.ts';
import { formatDistance } from '../location/distance.ts';
import { roomTitle } from '../location/roomTitle.ts';
import { Icon } from '../room/Icon.tsx';
import { useAroundText } from '../text/useAroundText.ts';
import { useLanguage, useText } from '../text/useText.ts';
import { AroundMessages } from './AroundMessages.tsx';
import styles from './AroundPane.module.css';

interface AroundPaneProps {
  /** Where the user is. It may move: see `follow` of the client. */
  location: Location;
  /** Metres. */
  radius: number;
  onOpen: (roomId: string) => void;
  onBack: () => void;
}

/** The messages of the rooms around the user, as one stream. */
export function AroundPane({ location, radius, onOpen, onBack }: AroundPaneProps) {
  const [attempt, setAttempt] = useState(0);
  const title = useRef<HTMLHeadingElement>(null);
  const pageText = useText();
  const text = useAroundText();
  useEffect(() => title.current?.focus(), []); // the button that opened it may be gone
  return (
    <section className={styles.screen} aria-label={text.title}>
      <header className={styles.header}>
        <button type="button" className="button icon" aria-label={pageText.room.back} onClick={onBack}>
          <Icon name="back" size={24} />
        </button>
        <h2 ref={title} tabIndex={-1}>
          {text.title}
        </h2>
      </header>
      <Stream key={attempt} {...{ location, radius, onOpen }} onRetry={() => setAttempt((count) => count + 1)} />
    </section>
  );
}

function Stream({ location, radius, onOpen, onRetry }: Omit<AroundPaneProps, 'onBack'> & { onRetry: () => void }) {
  const view = useNeighbourhood(location, { radius });
  const { radar } = useText();
  const { rooms, messages } = view;
  const titles = useMemo(() => {
    const labels = distinctLabels(rooms, (room) => roomTitle(room, radar));
    return new Map(rooms.map(({ id }, i) => [id, labels[i] ?? id]));
  }, [rooms, radar]);
  return (
    <>
      <Summary view={view} radius={radius} onRetry={onRetry} />
      <AroundMessages messages={messages} titles={titles} onOpen={onOpen} />
    </>
  );
}

/** How many rooms are around, or why nothing is shown. */
function Summary({ view, radius, onRetry }: { view: NeighbourhoodView; radius: number; onRetry: () => void }) {
  const text = useAroundText();
  const isOffline = useOffline();
  const shownInBanner = useShownInBanner();
  const [language] = useLanguage();
  const { rooms, messages, status, error } = view;
  const distance = formatDistance(radius, language);
  if (status === 'stopped' && error !== null) {
    return shownInBanner(error) ? null : <Problem cause={problemOf(error)} onRetry={onRetry} />;
  }
  const [first, second = ''] =
    rooms.length > 0 && messages.length > 0
      ? [text.roomsWithin(rooms.length, distance)]
      : isOffline
        ? [text.offline]
        : status !== 'live'
          ? [text.loading]
          : rooms.length === 0
            ? [text.noRooms, text.noRoomsHint(distance)]
            : [text.noMessages, text.noMessagesHint];
  return (
    <p role="status" className={messages.length > 0 ? styles.count : styles.empty}>
      {first} {second !== '' && <span>{second}</span>}
    </p>
  );
}
