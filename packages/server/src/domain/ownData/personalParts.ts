import type { PersonalData } from '../../store/personalData.ts';
import type { Store } from '../../store/store.ts';
import { privacyData } from '../privacy/privacyData.ts';
import { auditData, reportData } from './moderationData.ts';

/** The parts of the store that erase data of users. Rules are erased apart: see eraseRules.ts. */
type ErasingPart = Exclude<
  { [Name in keyof Store]: Store[Name] extends Pick<PersonalData, 'erase'> ? Name : never }[keyof Store],
  'rules'
>;

/** The parts of the store that contain data about users, in the order of an export. A part of the store that is missing here is an error of types. */
export function personalParts(store: Store): Readonly<Record<string, PersonalData>> {
  const { profile, memberships, rooms, messages, reactions } = store.personal;
  const erasing = {
    privacy: privacyData(store.privacy),
    reports: reportData(store.reports),
    audit: auditData(store.audit),
  } satisfies Record<ErasingPart, PersonalData>;
  return { profile, memberships, rooms, messages, reactions, ...erasing };
}
