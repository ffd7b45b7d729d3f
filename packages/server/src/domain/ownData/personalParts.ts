import type { PersonalData } from '../../store/personalData.ts';
import type { Store } from '../../store/store.ts';
import { privacyData } from '../privacy/privacyData.ts';
import { auditData, reportData } from './moderationData.ts';

/** The parts of the store that contain data about users, in the order of an export. A new part of the store must be added here. */
export function personalParts(store: Store): Readonly<Record<string, PersonalData>> {
  const { profile, memberships, rooms, messages, reactions } = store.personal;
  const moderation = { reports: reportData(store.reports), audit: auditData(store.audit) };
  return { profile, privacy: privacyData(store.privacy), memberships, rooms, messages, reactions, ...moderation };
}
