import { formatDuration } from '../../lib/formatDuration.ts';
import { labelOf } from '../../lib/labelOf.ts';
import type { AuditText } from '../../text/en/audit.ts';
import type { ModerateText } from '../../text/en/moderate.ts';
import type { SanctionsText } from '../../text/en/sanctions.ts';
import type { AuditEntry } from './useAudit.ts';

type Detail = NonNullable<AuditEntry['detail']>;

interface Texts {
  audit: AuditText;
  moderate: Pick<ModerateText, 'outcomes' | 'roleNames'>;
  sanctions: Pick<SanctionsText, 'kinds'>;
  language: string;
}

const dayMs = 24 * 60 * 60 * 1_000;

/** What an entry of the audit log says beside the action, in the language of the page. */
export function describeDetail(detail: Detail, { audit, moderate, sanctions, language }: Texts): string {
  switch (detail.type) {
    case 'lasts':
      return detail.ms === null ? audit.open : audit.lasts(formatDuration(detail.ms, language));
    case 'ended':
      return audit.ended;
    case 'retention':
      return audit.keeps(formatDuration(detail.days * dayMs, language));
    case 'message':
      return audit.message(detail.messageId);
    case 'lifted':
      return labelOf(sanctions.kinds, detail.kind);
    case 'role':
      return labelOf(moderate.roleNames, detail.role);
    case 'report':
      return `${audit.resolved[detail.kind](detail.reportId)}: ${labelOf(moderate.outcomes, detail.outcome)}`;
    case 'text':
      return detail.text;
    default:
      return JSON.stringify(detail satisfies never); // an entry of a later version
  }
}
