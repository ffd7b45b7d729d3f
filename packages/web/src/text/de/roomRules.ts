import type { RoomRulesText } from '../en/roomRules.ts';

export const roomRules: RoomRulesText = {
  title: 'Raum',
  describe: 'Titel und Thema',
  roomTitle: 'Titel',
  topic: 'Thema',
  save: 'Speichern',
  saved: 'Gespeichert.',
  owner: 'Nur Besitzer und Moderatoren können das ändern.',
  terms: 'Für langsamen Modus, Beitritt und Schreiben',
  duration: 'Dauer',
  reason: 'Grund, den alle Betroffenen sehen (freiwillig)',
  slowMode: 'Langsamer Modus',
  slowModeHint: 'Alle außer Moderatoren warten zwischen zwei Nachrichten.',
  interval: 'Wartezeit zwischen zwei Nachrichten',
  seconds: (seconds) => (seconds === 0 ? 'Aus' : `eine Nachricht in ${duration(seconds)}`),
  retention: 'Nachrichten laufen ab',
  retentionHint:
    'Ältere Nachrichten werden endgültig und für alle gelöscht. Für den ganzen Server kann eine kürzere Frist gelten.',
  keep: 'Nachrichten behalten für',
  retentionReason: 'Grund, für andere Moderatoren (freiwillig)',
  days: (days) => (days === 0 ? 'Keine Frist in diesem Raum' : days === 1 ? '1 Tag' : `${days} Tage`),
  set: 'Einstellen',
  lock: 'Beitritt',
  lockHint: 'In einen gesperrten Raum kommt niemand Neues, und andere lesen ihn nicht. Wer darin ist, bleibt.',
  locked: 'Gesperrt: niemand kann neu beitreten',
  unlocked: 'Offen: alle können beitreten',
  lockIt: 'Sperren',
  unlockIt: 'Freigeben',
  close: 'Schreiben',
  closeHint: 'In einem geschlossenen Raum schreiben nur Moderatoren.',
  closed: 'Geschlossen: nur Moderatoren schreiben',
  opened: 'Offen: Mitglieder schreiben',
  closeIt: 'Schließen',
  reopenIt: 'Öffnen',
  until: (time) => `bis ${time}`,
  by: (name) => `von ${name}`,
  reasonIs: (reason) => `Grund: ${reason}`,
  done: { slowMode: 'Langsamer Modus geändert.', lock: 'Fertig.', close: 'Fertig.', retention: 'Fertig.' },
};

function duration(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  return seconds < 3_600 ? `${seconds / 60} min` : `${seconds / 3_600} h`;
}
