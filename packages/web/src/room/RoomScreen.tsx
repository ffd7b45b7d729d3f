import type { EarshotClientError, RoomTarget, User } from '@earshot/client';
import { useRoom } from '@earshot/client/react';
import { Suspense, useId, useMemo, useRef, useState } from 'react';
import { useShownInBanner } from '../connection/useShownInBanner.ts';
import { Problem } from '../errors/Problem.tsx';
import { lazyComponent } from '../lib/lazyComponent.ts';
import { useSettings } from '../lib/settings.ts';
import { useText } from '../text/useText.ts';
import { Composer } from './composer/Composer.tsx';
import { SendDelay } from './composer/SendDelay.tsx';
import { TypingLine } from './composer/TypingLine.tsx';
import { NameTaken } from './header/NameTaken.tsx';
import { RoomHeader } from './header/RoomHeader.tsx';
import { useNameMarks } from './names/useNameMarks.ts';
import styles from './RoomScreen.module.css';
import {
  MessageCommandsContext,
  NameMarksContext,
  NamesContext,
  namesFrom,
  OwnReactionsContext,
} from './roomContext.ts';
import { Announcer } from './timeline/Announcer.tsx';
import { MessageList, type MessageListHandle } from './timeline/MessageList.tsx';
import { useRejoin } from './useRejoin.ts';
import { useRoomCommands } from './useRoomCommands.ts';
import { useKnownTitle } from './useRoomTitle.ts';

const NameNotice = lazyComponent(() => import('./names/NameNotice.tsx').then((module) => module.NameNotice));

const MuteNotice = lazyComponent(() => import('./safety/MuteNotice.tsx').then((module) => module.MuteNotice));

interface RoomScreenProps {
  target: RoomTarget;
  me: User;
  /** Returns to the nearby rooms. */
  onLeave: () => void;
  onRename: () => void;
}

/** A room: its messages, the people present, and the composer. */
export function RoomScreen({ target, me, onLeave, onRename }: RoomScreenProps) {
  const { room: text } = useText();
  const view = useRoom(target);
  const { messageMaxChars } = useSettings();
  const [problem, setProblem] = useState<EarshotClientError | null>(null);
  const [isMuted, setIsMuted] = useState(false);
  const muteId = useId();
  const list = useRef<MessageListHandle>(null);
  const composer = useRef<HTMLTextAreaElement>(null);
  const { userId } = me;
  useRejoin(view);
  const commands = useRoomCommands(view, { userId, messageMaxChars, report: setProblem });
  const names = useMemo(() => namesFrom(view.messages, view.present), [view.messages, view.present]);
  const { marks, sameName } = useNameMarks(view, me);

  function leave() {
    view.leave().catch(() => {}); // a failure is harmless: the user is not present any more, and a membership alone has no effect
    onLeave();
  }

  function send(content: string) {
    void view.send(content);
    list.current?.onSend();
  }

  const { room, status } = view;
  const shownInBanner = useShownInBanner();
  const error = view.error === null || shownInBanner(view.error) ? null : view.error;
  const roomId = room?.id ?? ('roomId' in target ? target.roomId : null);
  const title = useKnownTitle(roomId, room);
  // The room can't be entered for now, although the connection works. The client retries automatically.
  const refusal = status === 'connecting' && error?.retry === 'later' ? error : null;
  // If only the connection is missing, the user can write messages that are sent later.
  const joinProblem = status === 'joining' && error?.retry === 'reconnect' ? null : error;
  const blockingProblem = room === null ? joinProblem : view.messages.length === 0 ? refusal : null;
  return (
    <NameMarksContext value={marks}>
      <section className={styles.screen} aria-label={title ?? text.joining}>
        <RoomHeader
          view={view}
          title={title}
          isBlocked={blockingProblem !== null}
          userId={userId}
          onBack={onLeave}
          onLeave={leave}
        />
        {blockingProblem !== null ? (
          <div className={styles.middle}>
            <Problem
              cause={blockingProblem}
              onRetry={status === 'stopped' ? view.rejoin : undefined}
              onBack={onLeave}
            />
          </div>
        ) : (
          <MessageCommandsContext value={commands}>
            <NamesContext value={names}>
              <OwnReactionsContext value={view.ownReactions}>
                <MessageList ref={list} view={view} userId={userId} />
              </OwnReactionsContext>
            </NamesContext>
          </MessageCommandsContext>
        )}
        <Announcer
          messages={view.messages}
          hasNewer={view.hasNewer}
          userId={userId}
          fromStart={room?.lastMessageAt === null}
        />
        {roomId !== null && blockingProblem === null && (
          <footer className={styles.foot}>
            {room !== null && <NameTaken roomId={roomId} other={sameName} onRename={onRename} />}
            {problem !== null && (
              <Problem cause={problem}>
                <button type="button" className="button quiet" onClick={() => setProblem(null)}>
                  {text.dismiss}
                </button>
              </Problem>
            )}
            {refusal !== null ? <Problem cause={refusal} /> : <SendDelay pending={view.pending} />}
            <Suspense>
              <NameNotice marks={marks} userId={userId} />
              {status !== 'stopped' && <MuteNotice view={view} onChange={setIsMuted} id={muteId} />}
            </Suspense>
            <TypingLine users={view.typing} />
            {view.status === 'stopped' && error !== null ? (
              <Problem cause={error} onRetry={view.rejoin} onBack={onLeave} />
            ) : (
              <Composer
                ref={composer}
                key={userId}
                userId={userId}
                roomId={roomId}
                roomName={title ?? ''}
                maxChars={messageMaxChars}
                mutedBy={isMuted ? muteId : null}
                onSend={send}
                setTyping={view.setTyping}
                onEditLast={() => list.current?.editLast(() => composer.current?.focus()) ?? false}
              />
            )}
          </footer>
        )}
      </section>
    </NameMarksContext>
  );
}
