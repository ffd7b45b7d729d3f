import { limits } from '@earshot/shared';
import type { RuleScope } from '../store/rules.ts';
import type { Services } from './services.ts';

/**
 * The name that moderators know a user by: that of the user's newest message in the room, or of the newest report about the user. Null if there is
 * neither. Names of users present are not used, because users may hide that they are.
 */
export async function nameOf(
  { store }: Pick<Services, 'store'>,
  scope: RuleScope,
  userId: string,
): Promise<string | null> {
  if (scope.type === 'room') {
    const { messages } = await store.history(scope.roomId, { limit: limits.historyMax });
    const own = messages.findLast((message) => message.userId === userId);
    if (own) return own.username;
  }
  const { reports } = await store.reports.pageOf({ subjectId: userId }, { limit: 1 });
  return reports[0]?.subject.username ?? null;
}
