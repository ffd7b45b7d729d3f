import type { SuggestionText } from '../en/suggestion.ts';

export const suggestion: SuggestionText = {
  title: 'Du hast die Gegend verlassen',
  toRoom: (room, distance) => `„${room}“ ist jetzt näher, höchstens ${distance} entfernt.`,
  toNew: 'In deiner Nähe gibt es noch keinen Raum.',
  switch: 'Wechseln',
  open: 'Hier einen Raum öffnen',
  switching: 'Wird gewechselt …',
  stay: 'Hier bleiben',
  draftsKept: 'Deine Entwürfe und ungesendeten Nachrichten bleiben im bisherigen Raum.',
};
