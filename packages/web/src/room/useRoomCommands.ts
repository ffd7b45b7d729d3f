import { asEarshotError, type EarshotClientError } from '@earshot/client';
import type { RoomView } from '@earshot/client/react';
import { useMemo } from 'react';
import type { MessageCommands } from './roomContext.ts';

interface CommandOptions {
  userId: string;
  messageMaxChars: number;
  /** Receives the error of a failed command; null when a command starts again. Must stay the same. */
  report: (error: EarshotClientError | null) => void;
}

/** The commands for the messages of a room. All failures go to `report`. */
export function useRoomCommands(view: RoomView, { userId, messageMaxChars, report }: CommandOptions): MessageCommands {
  const { react, edit, remove, retry, drop, send } = view;
  return useMemo(() => {
    async function run(command: Promise<unknown>): Promise<boolean> {
      try {
        await command;
        report(null);
        return true;
      } catch (error) {
        report(asEarshotError(error));
        return false;
      }
    }
    return {
      userId,
      messageMaxChars,
      react: (message, emoji, on) => run(react(message.id, emoji, on)),
      edit: (message, content) => run(edit(message.id, content)),
      remove: (message) => run(remove(message.id)),
      retry: (id) => void retry(id),
      drop: (id) => void drop(id),
      resend: (id, content) => {
        drop(id);
        void send(content);
      },
    };
  }, [react, edit, remove, retry, drop, send, userId, messageMaxChars, report]);
}
