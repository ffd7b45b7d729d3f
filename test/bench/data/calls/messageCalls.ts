import { limits } from '@earshot/shared';
import { byModerator, byUser, type DataCalls, keepId, preparedId } from './call.ts';
import type { Tools } from './tools.ts';

async function sendFirst(tools: Tools, n: number): Promise<void> {
  const roomId = tools.room(n);
  keepId(tools, n, await tools.user.messages.send.mutate({ roomId, content: `To be deleted ${n}` }));
}
const sent = (tools: Tools, n: number) => ({ roomId: tools.room(n), messageId: preparedId(tools, n) });
const findOwn = async (tools: Tools, n: number) => {
  tools.prepared.set(n, (await tools.own(n)).messageId);
};

export const messageCalls: DataCalls = {
  'messages.send': byUser('messages.send', ({ room }, n) => ({ roomId: room(n), content: `Who else is here? ${n}` })),
  'messages.edit': byUser('messages.edit', (tools, n) => ({ ...sent(tools, n), content: `Edited ${n}` }), findOwn),
  'messages.delete': byUser('messages.delete', sent, sendFirst),
  'messages.remove': byModerator('messages.remove', sent, sendFirst),
  'messages.react': byUser('messages.react', (tools, n) => ({ ...sent(tools, n), emoji: '🎉', on: true }), sendFirst),
  'messages.ownReactions': byUser(
    'messages.ownReactions',
    (tools, n) => ({ roomId: tools.room(n), messageIds: [preparedId(tools, n)] }),
    findOwn,
  ),
  'messages.history': byUser('messages.history', ({ room }, n) => ({ roomId: room(n), limit: limits.historyMax })),
};
