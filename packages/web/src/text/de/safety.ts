import type { SafetyText } from '../en/safety.ts';

const mutedIn = { room: 'in diesem Raum', area: 'in den Räumen dieser Gegend', server: 'in allen Räumen' };

export const safety: SafetyText = {
  block: 'Blockieren',
  unblock: 'Nicht mehr blockieren',
  blockHint: 'Du siehst dann nichts mehr von dieser Person, in keinem Raum. Sie erfährt es nicht.',
  blocked: 'Du hast diese Person blockiert und siehst nichts von ihr.',
  report: 'Melden',
  reportMessage: 'Diese Nachricht melden',
  reportPerson: 'Diese Person melden',
  reportHint: 'Moderatoren sehen, was du meldest, und dass du es gemeldet hast. Die Person erfährt es nicht.',
  reason: 'Was ist nicht in Ordnung?',
  reasons: {
    spam: 'Spam oder Werbung',
    harassment: 'Belästigung oder Drohungen',
    hate: 'Hass',
    sexual: 'Sexuelle Inhalte',
    violence: 'Gewalt',
    danger: 'Jemand ist in Gefahr',
    other: 'Etwas anderes',
  },
  note: 'Notiz für die Moderatoren (freiwillig)',
  send: 'Meldung senden',
  sent: 'Danke. Ein Moderator sieht es sich an.',
  cancel: 'Abbrechen',
  moderate: 'Moderation',

  muted: (scope, end) =>
    `Du kannst ${mutedIn[scope]} ${end === '' ? 'bis auf Weiteres' : `bis ${end}`} nicht schreiben.`,
  reasonGiven: (reason) => `Grund: ${reason}`,
  mutedHint: 'Lesen kannst du weiterhin. Was du geschrieben hast, bleibt erhalten.',
  unmuted: 'Du kannst hier wieder schreiben.',
  bannedTitle: 'Du bist auf diesem Server gesperrt',
  bannedUntil: (end) => (end === '' ? 'Die Sperre gilt bis auf Weiteres.' : `Die Sperre gilt bis ${end}.`),
  bannedHint:
    'Wenn die Sperre endet, geht es hier automatisch weiter. Wenn du sie für einen Irrtum hältst, wende dich an den Betreiber dieses Servers.',
};
