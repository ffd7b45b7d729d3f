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
};
