import type { Text } from '../en.ts';

export const place: Text['place'] = {
  field: 'Koordinaten oder Kartenlink',
  fieldHint: 'Etwa 52,52; 13,405',
  problems: {
    unreadable: 'Das sind keine Koordinaten. Schreib Breite und Länge, etwa 52,52; 13,405, oder zieh die Karte.',
    shortLink: 'Ein Kurzlink sagt nicht, wohin er führt. Öffne ihn und kopiere die Koordinaten oder den langen Link.',
    half: 'Das ist nur eine Zahl. Ein Ort braucht zwei: Breite und Länge, etwa 52,52; 13,405.',
    latitudeRange: 'Die erste Zahl, die Breite, liegt zwischen -90 und 90. Sind die beiden vertauscht?',
    longitudeRange: 'Die zweite Zahl, die Länge, liegt zwischen -180 und 180.',
    nothing: 'Schreib Koordinaten, oder zieh die Karte, bis die Nadel dort steckt, wo du bist.',
  },
  map: 'Karte',
  mapHint: 'Zieh die Karte unter die Nadel. Mit der Tastatur: Pfeile bewegen sie, + und − zoomen.',
  zoomIn: 'Vergrößern',
  zoomOut: 'Verkleinern',
  zoomCloser: 'Vergrößern, um genauer zu wählen',
  use: 'Diesen Ort nehmen',
  mapOf: 'Karte:',
  compass: { north: 'N', east: 'O', south: 'S', west: 'W' },
  moved: {
    title: 'Du bist woanders',
    toRoom: (room, distance) => `„${room}“ ist jetzt näher, höchstens ${distance} entfernt.`,
    toNew: 'Hier um dich herum gibt es noch keinen Raum.',
    go: 'Hingehen',
    open: 'Hier einen Raum öffnen',
    going: 'Unterwegs …',
    stay: 'Hier bleiben',
    safe: 'Was du geschrieben hast, bleibt in dem Raum, für den du es geschrieben hast.',
  },
};
