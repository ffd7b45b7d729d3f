import { expect, test } from 'vitest';
import { audit as germanAudit } from '../../text/de/audit.ts';
import { moderate as germanModerate } from '../../text/de/moderate.ts';
import { sanctions as germanSanctions } from '../../text/de/sanctions.ts';
import { audit } from '../../text/en/audit.ts';
import { moderate } from '../../text/en/moderate.ts';
import { sanctions } from '../../text/en/sanctions.ts';
import { describeDetail } from './describeDetail.ts';

const english = { audit, moderate, sanctions, language: 'en' };
const german = { audit: germanAudit, moderate: germanModerate, sanctions: germanSanctions, language: 'de' };

test.each([
  [{ type: 'lasts', ms: 7 * 24 * 3_600_000 }, 'for 7 days', 'für 7 Tage'],
  [{ type: 'lasts', ms: null }, 'until it is lifted', 'bis zur Aufhebung'],
  [{ type: 'ended' }, 'turned off', 'ausgeschaltet'],
  [{ type: 'retention', days: 1 }, 'messages are kept for 1 day', 'Nachrichten werden 1 Tag aufbewahrt'],
  [{ type: 'message', messageId: 'm1' }, 'message m1', 'Nachricht m1'],
  [{ type: 'lifted', kind: 'mute' }, 'Muted', 'Stummgeschaltet'],
  [{ type: 'role', role: 'roomModerator' }, moderate.roleNames.roomModerator, 'Moderation des Raums'],
  [
    { type: 'report', kind: 'held', reportId: 'r1', outcome: 'expired' },
    'held message r1: No one decided in time',
    'zurückgehaltene Nachricht r1: Niemand hat rechtzeitig entschieden',
  ],
  [{ type: 'report', kind: 'report', reportId: 'r1', outcome: 'new' }, 'report r1: new', 'Meldung r1: new'],
  [{ type: 'text', text: 'for 5 s' }, 'for 5 s', 'for 5 s'],
] as const)('%j is described in the language of the page', (detail, inEnglish, inGerman) => {
  expect([describeDetail(detail, english), describeDetail(detail, german)]).toEqual([inEnglish, inGerman]);
});

test('the detail of a later version is shown as it is', () => {
  const detail = JSON.parse('{"type":"later","text":"words"}');
  expect(describeDetail(detail, english)).toBe('{"type":"later","text":"words"}');
});
