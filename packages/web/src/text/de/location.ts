import type { Text } from '../en.ts';

export const location: Text['location'] = {
  field: 'Koordinaten oder Kartenlink',
  fieldHint: 'Zum Beispiel 52,52; 13,405',
  problems: {
    unreadable:
      'Das sind keine Koordinaten. Gib Breiten- und Längengrad ein, etwa 52,52; 13,405, oder verschieb die Karte.',
    shortLink: 'Ein Kurzlink enthält keine Koordinaten. Öffne ihn und kopiere die Koordinaten oder den langen Link.',
    half: 'Das ist nur eine Zahl. Ein Ort braucht zwei: Breiten- und Längengrad, etwa 52,52; 13,405.',
    latitudeRange: 'Die erste Zahl, der Breitengrad, muss zwischen -90 und 90 liegen. Sind die beiden vertauscht?',
    longitudeRange: 'Die zweite Zahl, der Längengrad, muss zwischen -180 und 180 liegen.',
    nothing: 'Gib Koordinaten ein oder verschieb die Karte, bis die Markierung dort ist, wo du bist.',
  },
  map: 'Karte',
  mapHint: 'Verschieb die Karte unter der Markierung. Mit der Tastatur: Pfeiltasten verschieben, + und − zoomen.',
  zoomIn: 'Vergrößern',
  zoomOut: 'Verkleinern',
  zoomCloser: 'Vergrößern, um genauer zu wählen',
  use: 'Diesen Ort verwenden',
  mapOf: 'Karte:',
  compass: { north: 'N', east: 'O', south: 'S', west: 'W' },
  suggestion: {
    title: 'Du hast die Gegend verlassen',
    toRoom: (room, distance) => `„${room}“ ist jetzt näher, höchstens ${distance} entfernt.`,
    toNew: 'In deiner Nähe gibt es noch keinen Raum.',
    switch: 'Wechseln',
    open: 'Hier einen Raum öffnen',
    switching: 'Wird gewechselt …',
    stay: 'Hier bleiben',
    draftsKept: 'Deine Entwürfe und ungesendeten Nachrichten bleiben im bisherigen Raum.',
  },
};
