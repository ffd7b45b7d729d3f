import { EarshotError } from '@earshot/shared';
import type { CommitEntry } from '../../../async/groupCommit.ts';
import { KeyedGroupCommit } from '../../../async/keyedGroupCommit.ts';
import { queuedCallTimeout } from '../../callTimeout.ts';
import type { MessageChange, NewMessage, Store } from '../../store.ts';
import { WaitingTexts } from '../../waitingTexts.ts';
import type { CallTracker } from '../callTracker.ts';
import { appendMessages, type FindHead, type QueuedAppend } from './appendMessages.ts';
import { changeMessage, type QueuedChange } from './changeMessage.ts';
import type { LogContext, Written } from './logContext.ts';

type Item = { expires: number } & (
  | { append: NewMessage; findHead: FindHead }
  | { messageId: string; change: MessageChange }
);
type Run = { appends: QueuedAppend[] } | { messageId: string; changes: QueuedChange[] };

/**
 * The write operations of the room log. There is no counter: a change is written under the next number, and a unique index rejects it if
 * another instance was faster; then the head is read again.
 *
 * Each room has its own queue, whose waiting items are written together, in order. Rooms are written in parallel.
 */
export function roomLogWrites(context: LogContext, calls: CallTracker): Pick<Store, 'append' | 'change'> {
  const queues = new KeyedGroupCommit<Item, Written>(write);
  const texts = new WaitingTexts();

  async function write(roomId: string, batch: readonly CommitEntry<Item, Written>[]): Promise<void> {
    try {
      for (const run of runs(batch)) {
        if ('appends' in run) await appendMessages(context, roomId, run.appends);
        else await changeMessage(context, { roomId, messageId: run.messageId }, run.changes);
      }
    } catch (error) {
      // The outcome of the batch is unknown.
      context.roomHeads.forget(roomId);
      throw error;
    }
  }

  const expires = () => performance.now() + queuedCallTimeout;
  return {
    append: (message, findHead = unknownHead) =>
      calls.runQueued(() =>
        texts.hold(message, () => queues.add(message.roomId, { append: message, findHead, expires: expires() })),
      ),
    change: async ({ roomId, messageId }, change) => {
      const { message, isNew } = await calls.runQueued(() =>
        texts.hold(change, () => queues.add(roomId, { messageId, change, expires: expires() })),
      );
      return { message, isChanged: isNew };
    },
  };
}

const unknownHead: FindHead = () => undefined;

/** Splits the batch into runs that one write can take: appends, or changes of one message. */
function runs(batch: readonly CommitEntry<Item, Written>[]): Run[] {
  const found: Run[] = [];
  for (const entry of batch) {
    const { item } = entry;
    const last = found.at(-1);
    if (item.expires < performance.now()) {
      // The caller has received this error already; a write now would be unexpected.
      entry.reject(new EarshotError('STORE_UNAVAILABLE'));
    } else if ('append' in item) {
      const append = { message: item.append, findHead: item.findHead, entry };
      if (last && 'appends' in last) last.appends.push(append);
      else found.push({ appends: [append] });
    } else {
      const change = { change: item.change, entry };
      if (last && 'changes' in last && last.messageId === item.messageId) last.changes.push(change);
      else found.push({ messageId: item.messageId, changes: [change] });
    }
  }
  return found;
}
