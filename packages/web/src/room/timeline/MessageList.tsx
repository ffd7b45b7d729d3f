import type { RoomView } from '@earshot/client/react';
import { type Ref, useCallback, useImperativeHandle, useLayoutEffect, useMemo, useRef } from 'react';
import { flushSync } from 'react-dom';
import { Virtualizer, type VirtualizerHandle } from 'virtua';
import { useText } from '../../text/useText.ts';
import { useToday } from '../today.ts';
import { type Row, toRows } from './grouping.ts';
import { JumpToNewest } from './JumpToNewest.tsx';
import styles from './MessageList.module.css';
import { RowView } from './RowView.tsx';
import { Start } from './Start.tsx';
import { useHeight } from './useHeight.ts';
import { useListUpdate } from './useListUpdate.ts';
import { useNewer } from './useNewer.ts';
import { useOlder } from './useOlder.ts';
import { useOpenPanel } from './useOpenPanel.ts';
import { useReading } from './useReading.ts';
import { useRowFocus } from './useRowFocus.ts';
import { useScrollPosition } from './useScrollPosition.ts';
import { useTrimming } from './useTrimming.ts';
import { useUnread } from './useUnread.ts';

/** Pixels beyond the screen in which rows are drawn: far enough that a turn of the wheel meets only measured rows. */
const bufferPx = 600;

export interface MessageListHandle {
  /** Called when the user sends a message: scrolls to where it will appear. */
  onSend(): void;
  /** Opens the user's own last message for editing, and calls back when the editing ends. Returns whether there is one. */
  editLast(onClosed: () => void): boolean;
}

interface MessageListProps {
  view: RoomView;
  userId: string;
  ref: Ref<MessageListHandle>;
}

/** The messages of a room: a virtual list that grows at both ends and keeps its scroll position. */
export function MessageList({ view, userId, ref }: MessageListProps) {
  const { room: text } = useText();
  const { messages, pending, hasOlder, loadingOlder, loadOlder, hasNewer, loadNewer, loadNewest } = view;
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualizerHandle>(null);
  const [start, startHeight] = useHeight();

  const scrollPosition = useScrollPosition(scroller, hasNewer);
  const atNewest = scrollPosition.atNewest && !hasNewer;
  const reading = useReading(atNewest, view.status === 'live');
  const unread = useUnread({ roomId: view.room?.id ?? null, messages, hasNewer, userId, reading });
  const today = useToday();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the time zone decides where days begin
  const all = useMemo(
    () => toRows({ messages, pending, userId, lineAfter: unread.lineAfter, hasOlder }),
    [messages, pending, userId, unread.lineAfter, hasOlder, today],
  );
  const { rows, shift } = useListUpdate(all);
  const older = useOlder({ scroller, hasOlder, loadingOlder, loadOlder, rows });
  const newer = useNewer({ scroller, hasNewer, loadNewer, rows });
  useTrimming({ view, scroller, list, atNewest });
  const { activeIndex, focusRow, onFocus, onKeyDown } = useRowFocus({ scroller, list, rows });
  const { openPanel, open, close } = useOpenPanel(focusRow);

  const { onResize } = scrollPosition;
  const { onSend } = unread;
  const toNewest = useCallback(() => {
    if (hasNewer) void loadNewest();
    scrollPosition.toNewest();
  }, [hasNewer, loadNewest, scrollPosition.toNewest]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: content above the rows moves them, too
  useLayoutEffect(onResize, [rows, startHeight, onResize]);

  useImperativeHandle(
    ref,
    () => ({
      onSend: () => {
        onSend();
        toNewest();
      },
      editLast: (onClosed) => {
        const index = rows.findLastIndex(isEditable);
        const row = rows[index];
        if (row === undefined) return false;
        list.current?.scrollToIndex(index, { align: 'nearest' });
        open({ key: row.key, mode: 'edit' }, onClosed);
        return true;
      },
    }),
    [onSend, toNewest, rows, open],
  );

  const openIndex = openPanel === null ? -1 : rows.findLastIndex((row) => row.key === openPanel.key);
  const keptMounted = useMemo(() => [activeIndex, openIndex].filter((index) => index >= 0), [activeIndex, openIndex]);

  function onScroll() {
    older.loadIfNear();
    newer.loadIfNear();
  }

  return (
    <div className={styles.frame}>
      <div
        ref={scroller}
        className={styles.scroller}
        role="log"
        aria-label={text.messages}
        aria-live="off"
        onFocus={onFocus}
        onKeyDown={onKeyDown}
      >
        <div ref={start} className={styles.start}>
          <Start view={view} olderFailed={older.failed} onRetry={older.retry} />
        </div>
        <Virtualizer
          ref={list}
          data={rows}
          shift={shift}
          startMargin={startHeight}
          bufferSize={bufferPx}
          keepMounted={keptMounted}
          onScroll={onScroll}
          onResize={() => flushSync(onResize)} // before the frame is painted in which rows were measured
        >
          {(row, index) => (
            <RowView
              key={row.key}
              row={row}
              userId={userId}
              active={index === activeIndex}
              mode={row.key === openPanel?.key ? openPanel.mode : null}
              onOpen={open}
              onClose={close}
            />
          )}
        </Virtualizer>
      </div>
      {!atNewest && <JumpToNewest count={unread.count} andMore={hasNewer} onJump={toNewest} />}
    </div>
  );
}

const isEditable = ({ own, body }: Row) => own && 'sent' in body && !body.sent.deleted;
