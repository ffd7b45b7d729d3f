import type { AuditStore } from '../../store/audit.ts';
import type { PersonalData } from '../../store/personalData.ts';
import type { ReportStore } from '../../store/reports.ts';

/** The reports that a user made. Those about a user, which name others, are not exported. */
export const reportData = (reports: ReportStore): PersonalData => ({
  exportOf: async (userId, { after, limit }) => {
    const page = await reports.pageOf({ reporterId: userId }, { after: after ?? undefined, limit });
    const records = page.reports.map(({ id, roomId, reason, note, createdAt, message }) => {
      return { id, roomId, messageId: message?.id ?? null, reason, note, createdAt };
    });
    return { records, next: page.next };
  },
  erase: (userId, pseudonym) => reports.erase(userId, pseudonym),
});

/** What moderators decided about a user, without their names; not how reports about the user were resolved, because those are confidential. */
export const auditData = (audit: Pick<AuditStore, 'page' | 'erase'>): PersonalData => ({
  exportOf: async (userId, { after, limit }) => {
    const page = await audit.page({ filters: { subjectUserId: userId }, before: after ?? undefined, limit });
    const known = page.entries.filter(({ action }) => action !== 'resolveReport');
    const records = known.map(({ id, at, action, roomId, scope, reason }) => {
      return { id, at, action, roomId, scope, reason };
    });
    return { records, next: page.next };
  },
  erase: (userId, pseudonym) => audit.erase(userId, pseudonym),
});
