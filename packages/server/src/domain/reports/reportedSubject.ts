import { EarshotError, limits, type Message } from '@earshot/shared';
import type { NewReport, ReportedMessage } from '../../store/reports.ts';
import type { MessageRef } from '../../store/store.ts';
import type { Connection } from '../connection.ts';
import { isVisibleIn } from '../privacy/userPrivacy.ts';
import { isMember } from '../rights/roleIn.ts';
import type { Services } from '../services.ts';

/** What a report is about, with what moderators need to know about it. */
export type ReportedSubject = Pick<NewReport, 'subject' | 'message' | 'context'>;

/** Messages that are kept with a reported one: before it, and after it. */
const before = 5;
const after = 3;
/** Messages that are kept with a report about their author. */
const ofUserMax = 5;
/** Characters that are kept of the reported message, and of each of the others. */
const messageChars = 32_768;
const contextChars = 500;

/** Throws `MESSAGE_NOT_FOUND`, and `MESSAGE_DELETED`: then nothing is left to report. */
export async function reportedMessage({ store }: Services, target: MessageRef): Promise<ReportedSubject> {
  const message = await store.message(target);
  if (message === null) throw new EarshotError('MESSAGE_NOT_FOUND');
  if (message.deleted) throw new EarshotError('MESSAGE_DELETED');
  const { roomId, seq, userId, username } = message;
  const pages = await Promise.all([
    store.history(roomId, { before: seq, limit: before }),
    store.history(roomId, { after: seq, limit: after }),
  ]);
  return {
    subject: { userId, username },
    message: keep(message, messageChars),
    context: pages.flatMap(({ messages }) => messages).map((one) => keep(one, contextChars)),
  };
}

interface UserInRoom {
  roomId: string;
  userId: string;
}

/**
 * Throws `USER_NOT_FOUND` if the user wrote none of the newest messages of the room, and is not in it, or not listed there by name; and
 * `RATE_LIMITED` as the list of users present does: the answer shows who is in the room.
 */
export async function reportedUser(
  services: Services,
  connection: Connection,
  reported: UserInRoom,
): Promise<ReportedSubject> {
  const { roomId, userId } = reported;
  const { messages } = await services.store.history(roomId, { limit: limits.historyMax });
  const own = messages.filter((message) => message.userId === userId);
  const written = own.at(-1)?.username;
  if (written === undefined) await services.namingLimit.take(connection, roomId);
  const username = written ?? (await nameInRoom(services, reported));
  const context = own.slice(-ofUserMax).map((one) => keep(one, contextChars));
  return { subject: { userId, username }, message: null, context };
}

/** The name of a user who is in the room, and listed there by name; null if only the membership is known. Throws `USER_NOT_FOUND`. */
async function nameInRoom(services: Services, { roomId, userId }: UserInRoom): Promise<string | null> {
  const visibility = (await services.store.privacy.visibilityOf([userId])).get(userId);
  if (visibility && !isVisibleIn(visibility, roomId)) throw new EarshotError('USER_NOT_FOUND');
  const username = await presentName(services, roomId, userId);
  if (username === null && !(await isMember(services, roomId, userId))) throw new EarshotError('USER_NOT_FOUND');
  return username;
}

async function presentName({ presence }: Services, roomId: string, userId: string): Promise<string | null> {
  try {
    const users = await presence.list(roomId, limits.presenceListMax);
    return users.find((user) => user.userId === userId)?.username ?? null;
  } catch (error) {
    if (error instanceof EarshotError && error.code === 'BROKER_UNAVAILABLE') return null;
    throw error;
  }
}

function keep(message: Message, chars: number): ReportedMessage {
  const { id, userId, username, content, timestamp, editedAt, deleted } = message;
  return { id, userId, username, content: content.slice(0, chars).toWellFormed(), timestamp, editedAt, deleted };
}
