import type { Text } from '../en.ts';

export const welcome: Text['welcome'] = {
  title: 'Chatte mit Leuten in deiner Nähe',
  lead: 'Chaträume in deiner Nähe, mit allen in Hörweite.',
  nameLabel: 'Wie sollen die anderen dich nennen?',
  nameHint: 'Kein Konto, kein Passwort. Du kannst den Namen später ändern.',
  namePlaceholder: 'Dein Name',
  go: 'Weiter',
  tokenLabel: 'Zugangsschlüssel',
  tokenHint: 'Dieser Server verlangt einen Zugangsschlüssel. Füge den ein, den du bekommen hast.',
  tokenInstead: 'Ich habe einen Zugangsschlüssel',
  nameInstead: 'Nur mit Namen fortfahren',
  checking: 'Einen Moment …',
  locationTitle: (name) => `Hallo ${name}, wo bist du?`,
  locationTitleShort: 'Wo bist du?',
  locationLead:
    'Dein Standort wird verwendet, um Räume in deiner Nähe zu finden. Niemand sonst sieht ihn: Andere sehen nur Räume.',
  share: 'Standort freigeben',
  locating: 'Standort wird ermittelt …',
  choose: 'Ort wählen',
  chooseTitle: 'Ort wählen',
  renameTitle: 'Namen ändern',
  renameHint: 'Deine bisherigen Nachrichten behalten den alten Namen.',
  renewTitle: 'Erneut anmelden',
  rename: 'Namen ändern',
  cancel: 'Abbrechen',
};
