import type { RoomView } from '@earshot/client/react';
import { Suspense, useState } from 'react';
import { useOffline } from '../../connection/useOffline.ts';
import { lazyComponent } from '../../lib/lazyComponent.ts';
import { useText } from '../../text/useText.ts';
import { Icon } from '../Icon.tsx';
import styles from './RoomHeader.module.css';

const PeopleDialog = lazyComponent(() => import('./PeopleDialog.tsx').then((module) => module.PeopleDialog));
const LeaveDialog = lazyComponent(() => import('./LeaveDialog.tsx').then((module) => module.LeaveDialog));
const DescribeDialog = lazyComponent(() => import('./DescribeDialog.tsx').then((module) => module.DescribeDialog));

interface RoomHeaderProps {
  view: RoomView;
  /** Null if the room's name is not known yet. */
  title: string | null;
  /** Whether the user can't enter, for a reason that is shown below the header. */
  isBlocked: boolean;
  userId: string;
  /** Returns to the nearby rooms; the user stays a member. */
  onBack: () => void;
  onLeave: () => void;
}

/** The room's name and topic, the people present, and the buttons to go back or leave. */
export function RoomHeader({ view, title, isBlocked, userId, onBack, onLeave }: RoomHeaderProps) {
  const { room: text } = useText();
  const offline = useOffline();
  const [isPeopleOpen, setIsPeopleOpen] = useState(false);
  const [isDescribeOpen, setIsDescribeOpen] = useState(false);
  const topic = view.room?.topic ?? null;
  const [isLeaveOpen, setIsLeaveOpen] = useState(false);
  return (
    <header className={styles.header}>
      <button type="button" className={`button icon ${styles.back}`} aria-label={text.back} onClick={onBack}>
        <Icon name="back" size={24} />
      </button>
      {!isBlocked && (
        <div className={styles.names}>
          <h2 className={styles.name} dir="auto">
            {title ?? (offline ? text.offline : text.joining)}
          </h2>
          {topic !== null && (
            <p className={styles.topic} dir="auto" title={topic}>
              {topic}
            </p>
          )}
        </div>
      )}
      {view.room?.ownerId === userId && (
        <button
          type="button"
          className="button icon"
          aria-label={text.describe}
          title={text.describe}
          aria-haspopup="dialog"
          onClick={() => setIsDescribeOpen(true)}
        >
          <Icon name="edit" size={20} />
        </button>
      )}
      {view.room !== null && (
        <>
          <button
            type="button"
            className={`button quiet ${styles.people}`}
            aria-haspopup="dialog"
            title={text.people}
            onClick={() => setIsPeopleOpen(true)}
          >
            <Icon name="people" />
            {text.peopleHere(view.userCount)}
          </button>
          <button
            type="button"
            className="button icon"
            aria-label={text.leaveRoom}
            title={text.leaveRoom}
            aria-haspopup="dialog"
            onClick={() => setIsLeaveOpen(true)}
          >
            <Icon name="leave" size={22} />
          </button>
        </>
      )}
      <Suspense>
        {isDescribeOpen && view.room !== null && (
          <DescribeDialog room={view.room} onSave={view.describe} onClose={() => setIsDescribeOpen(false)} />
        )}
        {isLeaveOpen && <LeaveDialog onStay={() => setIsLeaveOpen(false)} onLeave={onLeave} />}
        {isPeopleOpen && view.room !== null && (
          <PeopleDialog
            room={view.room}
            present={view.present}
            userCount={view.userCount}
            role={view.role}
            userId={userId}
            onClose={() => setIsPeopleOpen(false)}
          />
        )}
      </Suspense>
    </header>
  );
}
