import type { Text } from '../en.ts';

export const app: Text['app'] = {
  name: 'Earshot',
  starting: 'Einen Moment …',
  around: 'Um dich herum',
  noRoomYet: 'Noch kein Raum offen',
  noRoomHint: 'Such dir einen Raum in der Nähe aus oder sprich gleich dort, wo du bist.',
  findingRoom: 'Der Raum hier wird gesucht …',
  language: 'Sprache',
  theme: 'Aussehen',
  themes: { system: 'Automatisch', light: 'Hell', dark: 'Dunkel' },
  settings: 'Einstellungen',
  close: 'Schließen',
  youAre: (name) => `Du heißt ${name}`,
  rename: 'Namen ändern',
  changePlace: 'Ort ändern',
  startOver: 'Von vorn beginnen',
  startOverHint: 'Löscht deinen Namen, deinen Ort und deine Entwürfe von diesem Gerät.',
  startOverLoses: (count) =>
    count === 1
      ? 'Eine Nachricht ist noch nicht abgeschickt. Sie ginge verloren.'
      : `${count} Nachrichten sind noch nicht abgeschickt. Sie gingen verloren.`,
  startOverAnyway: 'Trotzdem von vorn beginnen',
  keepUnsent: 'Behalten',
};
