import type { Text } from '../en.ts';

export const welcome: Text['welcome'] = {
  title: 'Sprich mit den Menschen um dich herum',
  lead: 'Earshot öffnet die Räume in deiner Nähe. Wer nah ist, ist in Hörweite.',
  nameLabel: 'Wie sollen die anderen dich nennen?',
  nameHint: 'Kein Konto, kein Passwort. Du kannst den Namen später ändern.',
  namePlaceholder: 'Dein Name',
  go: 'Weiter',
  tokenLabel: 'Zugangsschlüssel',
  tokenHint: 'Dieser Server fragt, wer du bist. Füge den Schlüssel ein, den du bekommen hast.',
  tokenInstead: 'Ich habe einen Zugangsschlüssel',
  nameInstead: 'Nur mit einem Namen weiter',
  checking: 'Einen Moment …',
  placeTitle: (name) => `Hallo ${name}, wo bist du?`,
  placeTitleShort: 'Wo bist du?',
  placeLead:
    'Dein Ort zeigt, welche Räume in deiner Nähe sind. Niemand sonst bekommt ihn zu sehen: Andere sehen nur Räume.',
  share: 'Meinen Ort teilen',
  locating: 'Dein Ort wird gesucht …',
  choose: 'Selbst einen Ort wählen',
  chooseTitle: 'Einen Ort wählen',
  here: 'Hier beginnen',
  renameTitle: 'Namen ändern',
  renameHint: 'Was du bisher geschrieben hast, bleibt deins, unter dem Namen von damals.',
  renewTitle: 'Melde dich noch einmal an',
  rename: 'Namen ändern',
  cancel: 'Abbrechen',
};
