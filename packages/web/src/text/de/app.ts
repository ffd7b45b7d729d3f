import type { Text } from '../en.ts';

export const app: Text['app'] = {
  name: 'Earshot',
  starting: 'Einen Moment …',
  nearby: 'In der Nähe',
  noRoomYet: 'Kein Raum geöffnet',
  noRoomHint: 'Such dir einen Raum in der Nähe aus oder starte einen, wo du gerade bist.',
  findingRoom: 'Raum wird gesucht …',
  language: 'Sprache',
  theme: 'Darstellung',
  themes: { system: 'Automatisch', light: 'Hell', dark: 'Dunkel' },
  settings: 'Einstellungen',
  close: 'Schließen',
  guest: 'Gast',
  youAre: (name) => `Angemeldet als ${name}`,
  rename: 'Namen ändern',
  changeLocation: 'Standort ändern',
  startOver: 'Zurücksetzen',
  startOverHint: 'Löscht deinen Namen, deinen Standort und deine Entwürfe von diesem Gerät.',
  startOverLoses: (count) =>
    count === 1
      ? 'Eine Nachricht wurde noch nicht gesendet. Sie ginge verloren.'
      : `${count} Nachrichten wurden noch nicht gesendet. Sie gingen verloren.`,
  startOverAnyway: 'Trotzdem zurücksetzen',
  keepUnsent: 'Behalten',
};
