import { EarshotError } from '@earshot/shared';
import type { NewReport, StoredReport } from '../../store/reports.ts';
import type { Connection } from '../connection.ts';
import { audienceAbout } from '../reports/audience.ts';
import { requireRoom } from '../requireRoom.ts';
import { roleIn } from '../rights/roleIn.ts';
import type { Services } from '../services.ts';
import type { ScreenedMessage } from './messageHook.ts';

/** Messages of one user that may wait at a time, and messages of all. */
const heldOfUserMax = 10;
const heldMax = 10_000;
/** Items about the user that are searched for a repeat, the newest first. */
const searchedMax = 100;
/** Earlier messages of the room that the moderator sees, and characters of each. */
const contextMax = 5;
const contextChars = 500;

interface Held {
  message: ScreenedMessage;
  /** For the moderator. */
  reason: string | null;
}

/**
 * Puts a message into the queue of the moderators, and throws `MESSAGE_HELD`. A repeat of it throws the same and stores nothing; once a
 * moderator has approved the message, it returns the content, and once it was refused, it throws `MESSAGE_REFUSED`.
 */
export async function holdMessage(services: Services, connection: Connection, held: Held): Promise<string> {
  const { message } = held;
  const { reports } = await services.store.reports.pageOf({ subjectId: message.user.userId }, { limit: searchedMax });
  const ofUser = reports.filter(({ kind }) => kind === 'held');
  const same = ofUser.find((report) => isSame(report, message));
  if (same?.resolution) {
    if (same.resolution.outcome === 'approved') return message.content;
    throw new EarshotError('MESSAGE_REFUSED', { message: 'No moderator approved this message.' });
  }
  if (same === undefined) await store(services, connection, held);
  throw new EarshotError('MESSAGE_HELD');
}

/** Whether the item is of this message. Without an id of its sender, only an open one with the same text is. */
function isSame({ roomId, message: known, resolution }: StoredReport, message: ScreenedMessage): boolean {
  if (known === null || roomId !== message.roomId || known.id !== message.messageId) return false;
  if (message.clientMessageId !== null) return known.clientMessageId === message.clientMessageId;
  return known.content === message.content && (resolution === null || message.messageId !== null);
}

async function store(services: Services, connection: Connection, { message, reason }: Held): Promise<void> {
  const { roomId, user, content, messageId, clientMessageId } = message;
  const [{ cell }, role, { messages }] = await Promise.all([
    requireRoom(services.store, roomId),
    roleIn(services, { userId: user.userId, roles: connection.roles }, { type: 'room', roomId }),
    services.store.history(roomId, { limit: contextMax }),
  ]);
  const times = { timestamp: new Date(), editedAt: null, deleted: false };
  const report: NewReport = {
    kind: 'held',
    ...{ roomId, cell, audience: audienceAbout(role), subject: user, reporter: null },
    ...{ reason: 'screening', note: reason },
    message: { ...user, id: messageId, content, ...times, clientMessageId: clientMessageId ?? undefined },
    context: messages.map((one) => ({
      ...{ id: one.id, userId: one.userId, username: one.username, timestamp: one.timestamp },
      ...{ editedAt: one.editedAt, deleted: one.deleted, content: one.content.slice(0, contextChars).toWellFormed() },
    })),
  };
  try {
    await services.store.reports.add(report, heldMax, heldOfUserMax);
  } catch (error) {
    const code = error instanceof EarshotError && error.code;
    if (code === 'REPORTS_FULL') throw new EarshotError('SCREENING_UNAVAILABLE', { cause: error });
    if (code !== 'MESSAGE_REFUSED') throw error;
    throw new EarshotError(code, { message: 'Too many of your messages wait for a moderator already.' });
  }
}
