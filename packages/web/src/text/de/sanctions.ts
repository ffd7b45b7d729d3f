import type { SanctionsText } from '../en/sanctions.ts';

export const sanctions: SanctionsText = {
  open: 'Stummschalten, sperren oder hinauswerfen …',
  sanctionTitle: (name) => `Maßnahme gegen ${name}`,
  kind: 'Maßnahme',
  choices: {
    mute: 'Stummschalten: kann lesen, aber nicht schreiben',
    ban: 'Sperren: kann weder lesen noch schreiben',
    kick: 'Hinauswerfen: verlässt den Raum und kann nach einer Minute wieder beitreten',
  },
  submit: { mute: 'Stummschalten', ban: 'Sperren', kick: 'Hinauswerfen' },
  where: 'Wo',
  places: { room: 'In diesem Raum', area: 'In allen Räumen des Gebiets', server: 'Auf dem ganzen Server' },
  duration: 'Dauer',
  durations: { hour: '1 Stunde', day: '1 Tag', week: '7 Tage', month: '30 Tage', open: 'Bis zur Aufhebung' },
  reasonLabel: 'Grund, den die Person sieht (freiwillig)',

  title: 'Maßnahmen',
  none: 'Hier gelten keine Maßnahmen.',
  kinds: {
    mute: 'Stummgeschaltet',
    ban: 'Gesperrt',
    slowMode: 'Langsamer Modus',
    lock: 'Beitritt gesperrt',
    close: 'Geschlossen',
  },
  subjects: { user: 'eine Person', address: 'eine Adresse', device: 'ein Gerät', room: 'der Raum' },
  interval: (seconds) => `eine Nachricht in ${seconds} s`,
  reason: (reason) => `Grund: ${reason}`,
  by: (name, time) => `Von ${name}, ${time}`,
  until: (time) => `Bis ${time}`,
  lift: 'Aufheben',
  lifted: (sanction) => `Aufgehoben: ${sanction}.`,
};
