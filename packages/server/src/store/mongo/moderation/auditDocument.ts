import type { AuditDetail } from '@earshot/shared';

/** An entry of the audit log. Its id begins with its time: see timeOrderedId.ts. */
export interface AuditDocument {
  _id: string;
  action: string;
  actor_id: string;
  actor_name: string;
  subject_id: string | null;
  room_id: string | null;
  cell?: string | null;
  scope: string;
  reason: string | null;
  /** Earlier versions stored a text. */
  detail: AuditDetail | string | null;
  /** Of a decision that is made once. */
  decision_key?: string;
}
