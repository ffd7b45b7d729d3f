import type { AuditDetail } from './auditDetail.ts';

/** The detail in English, for terminals and files. */
export function auditDetailText(detail: AuditDetail): string {
  switch (detail.type) {
    case 'lasts':
      return detail.ms === null ? 'until it is lifted' : `for ${detail.ms / 1_000} s`;
    case 'ended':
      return 'off';
    case 'retention':
      return `${detail.days} days`;
    case 'message':
      return `message ${detail.messageId}`;
    case 'lifted':
      return detail.kind;
    case 'role':
      return detail.role;
    case 'report':
      return `${detail.kind} ${detail.reportId}: ${detail.outcome}`;
    case 'text':
      return detail.text;
    default:
      return JSON.stringify(detail satisfies never); // an entry of a later version
  }
}
