import type { Message, User } from '@earshot/client';
import type { RoomView } from '@earshot/client/react';
import { createContext, useContext } from 'react';
import type { MarksById } from './names/nameMarks.ts';

/** The commands for messages. The object stays the same while the room does. */
export interface MessageCommands {
  readonly userId: string;
  readonly messageMaxChars: number;
  /** `react`, `edit` and `remove` resolve to whether they succeeded. A failure is reported elsewhere on the screen. */
  readonly react: (message: Message, emoji: string, on: boolean) => Promise<boolean>;
  readonly edit: (message: Message, content: string) => Promise<boolean>;
  readonly remove: (message: Message) => Promise<boolean>;
  readonly retry: (clientMessageId: string) => void;
  readonly drop: (clientMessageId: string) => void;
  /** Sends another text in place of a failed message. */
  readonly resend: (clientMessageId: string, content: string) => void;
}

export const MessageCommandsContext = createContext<MessageCommands | null>(null);

export function useMessageCommands(): MessageCommands {
  const commands = useContext(MessageCommandsContext);
  if (commands === null) throw new Error('useMessageCommands must be used inside a room');
  return commands;
}

/** The user's own emoji, by message id, on messages that don't list everyone who reacted. */
export const OwnReactionsContext = createContext<RoomView['ownReactions']>(new Map());

/** What to know about the names of the users, by id. */
export const NameMarksContext = createContext<MarksById>(new Map());

/** The name of a user who is present or wrote a loaded message; null for anybody else. */
export type NameOf = (userId: string) => string | null;

export const NamesContext = createContext<NameOf>(() => null);

/** Names by user id. The map is built on the first call. */
export function namesFrom(messages: readonly Message[], present: readonly User[]): NameOf {
  let names: Map<string, string> | null = null;
  return (userId) => {
    names ??= new Map([...messages, ...present].map((one) => [one.userId, one.username]));
    return names.get(userId) ?? null;
  };
}
