import type { PickerText } from '../en/picker.ts';

export const picker: PickerText = {
  field: 'Ort, Koordinaten oder Kartenlink',
  fieldHint: 'Zum Beispiel Berlin',
  places: 'Gefundene Orte',
  searching: 'Suche läuft …',
  searchOffline: 'Du bist offline, deshalb ist keine Ortssuche möglich. Gib Koordinaten ein oder verschieb die Karte.',
  found: (count) => (count === 1 ? '1 Ort gefunden.' : `${count} Orte gefunden. Wähle einen mit den Pfeiltasten.`),
  noneFound: (name) =>
    `Es wurde kein Ort „${name}“ gefunden. Versuch eine andere Schreibweise oder verschieb die Karte.`,
  placeNames: 'Ortsnamen:',
  problems: {
    unreadable: 'Wähle einen der gefundenen Orte, gib Koordinaten ein, etwa 52,52; 13,405, oder verschieb die Karte.',
    shortLink: 'Ein Kurzlink enthält keine Koordinaten. Öffne ihn und kopiere die Koordinaten oder den langen Link.',
    half: 'Das ist nur eine Zahl. Ein Ort braucht zwei: Breiten- und Längengrad, etwa 52,52; 13,405.',
    latitudeRange: 'Die erste Zahl, der Breitengrad, muss zwischen -90 und 90 liegen. Sind die beiden vertauscht?',
    longitudeRange: 'Die zweite Zahl, der Längengrad, muss zwischen -180 und 180 liegen.',
    nothing: 'Gib einen Ort oder Koordinaten ein oder verschieb die Karte, bis die Markierung dort ist, wo du bist.',
  },
  mapHint: 'Verschieb die Karte unter der Markierung. Mit der Tastatur: Pfeiltasten verschieben, + und − zoomen.',
  zoomIn: 'Vergrößern',
  zoomOut: 'Verkleinern',
  zoomCloser: 'Vergrößern, um genauer zu wählen',
  use: 'Diesen Ort verwenden',
};
