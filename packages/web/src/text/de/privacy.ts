import type { PrivacyText } from '../en/privacy.ts';

export const privacy: PrivacyText = {
  title: 'Privatsphäre und Daten',
  loading: 'Wird geladen …',

  nameTitle: 'Wer meinen Namen sieht',
  nameHint:
    'Wo dein Name nicht aufgeführt ist, wirst du unter den Anwesenden nur mitgezählt. Deine Nachrichten tragen immer deinen Namen.',
  choices: {
    everywhere: 'In allen Räumen aufgeführt',
    notHere: 'In allen Räumen außer diesem aufgeführt',
    onlyHere: 'Nur in diesem Raum aufgeführt',
    nowhere: 'In keinem Raum aufgeführt',
  },
  exceptions: (count) =>
    count === 1 ? 'In einem anderen Raum gilt etwas anderes.' : `In ${count} anderen Räumen gilt etwas anderes.`,
  saved: 'Gespeichert.',

  blockedTitle: 'Blockierte Personen',
  noneBlocked:
    'Du hast niemanden blockiert. Blockieren kannst du Personen in der Liste der Anwesenden oder mit „Mehr“ an einer ihrer Nachrichten.',
  unknownName: 'Name unbekannt',
  unblock: 'Nicht mehr blockieren',
  unblockName: (name) => `${name} nicht mehr blockieren`,
  unblocked: (name) => `Du siehst ${name} wieder.`,

  sessionsTitle: 'Meine Geräte',
  signOutHint: 'Beendet alle deine Sitzungen: auf diesem Gerät und überall sonst, wo du angemeldet bist.',
  signOut: 'Überall abmelden …',
  signOutQuestion:
    'Auf allen Geräten abmelden, auch auf diesem? Entwürfe und ungesendete Nachrichten bleiben auf diesem Gerät, bis du dich wieder anmeldest.',
  guestSignOutQuestion:
    'Auf allen Geräten abmelden, auch auf diesem? Gäste können nicht zurückkehren: danach bist du ein neuer Gast. Entwürfe und ungesendete Nachrichten auf diesem Gerät werden gelöscht.',
  staySignedIn: 'Angemeldet bleiben',
  signOutAnyway: 'Überall abmelden',

  dataTitle: 'Meine Daten',
  exportHint: 'Eine Datei mit allem, was der Server über dich speichert.',
  export: 'Meine Daten herunterladen',
  exporting: (count) => (count === 1 ? 'Bisher 1 Eintrag …' : `Bisher ${count} Einträge …`),
  exported: 'Dein Download ist fertig.',
  fileName: 'meine-earshot-daten.json',
  cancel: 'Abbrechen',
  eraseHint: 'Löscht deine Nachrichten in allen Räumen und alles andere, was der Server über dich speichert.',
  erase: 'Alles über mich löschen …',
  eraseQuestion:
    'Alles über dich löschen? Das lässt sich nicht rückgängig machen. Du wirst auf allen Geräten abgemeldet.',
  keep: 'Behalten',
  eraseAnyway: 'Alles löschen',
  erasing: 'Deine Daten werden gelöscht. Das dauert höchstens einige Minuten. Du musst nicht warten.',
  close: 'Schließen',
};
