import { memo } from 'react';
import { useText } from '../../text/useText.ts';
import type { MessageMode } from '../message/MessageActions.tsx';
import { MessageView } from '../message/MessageView.tsx';
import { PendingView } from '../message/PendingView.tsx';
import { isoDay } from '../today.ts';
import { useTimeFormat } from '../useTimeFormat.ts';
import type { Row } from './grouping.ts';
import styles from './RowView.module.css';

/** The open panel of a message, which is identified by the key of its row. */
export interface OpenPanel {
  readonly key: string;
  readonly mode: MessageMode;
}

interface RowViewProps {
  row: Row;
  userId: string;
  active: boolean;
  mode: MessageMode | null;
  /** Both callbacks stay the same as long as the list is mounted. */
  onOpen: (panel: OpenPanel) => void;
  onClose: (key: string) => void;
}

/** A message and the lines above it. Memoized, because the list is long. */
export const RowView = memo(function RowView({ row, userId, active, mode, onOpen, onClose }: RowViewProps) {
  const { body, key, own, startsGroup, endsGroup } = row;
  return (
    <div data-row={key} className={styles.row}>
      {row.startsDay && <Day at={row.at} />}
      {row.startsUnread && <UnreadLine />}
      {'sent' in body ? (
        <MessageView
          {...{ own, startsGroup, endsGroup, active, mode }}
          message={body.sent}
          onOpen={(openedMode) => onOpen({ key, mode: openedMode })}
          onClose={() => onClose(key)}
        />
      ) : (
        <PendingView {...{ userId, startsGroup, endsGroup, active }} pending={body.pending} />
      )}
    </div>
  );
}, isSame);

// Rows are created anew on each change of the room; the objects in them are not.
function isSame({ row: a, ...before }: RowViewProps, { row: b, ...after }: RowViewProps): boolean {
  return (
    before.userId === after.userId &&
    before.active === after.active &&
    before.mode === after.mode &&
    before.onOpen === after.onOpen &&
    before.onClose === after.onClose &&
    contentOf(a) === contentOf(b) &&
    a.key === b.key &&
    a.own === b.own &&
    a.startsDay === b.startsDay &&
    a.startsUnread === b.startsUnread &&
    a.startsGroup === b.startsGroup &&
    a.endsGroup === b.endsGroup
  );
}

const contentOf = ({ body }: Row) => ('sent' in body ? body.sent : body.pending);

function Day({ at }: { at: Date }) {
  const time = useTimeFormat();
  return (
    <h3 className={styles.day}>
      <time dateTime={isoDay(at)}>{time.day(at, new Date())}</time>
    </h3>
  );
}

function UnreadLine() {
  const { room } = useText();
  return (
    <p className={styles.unread}>
      <span>{room.unreadLine}</span>
    </p>
  );
}
