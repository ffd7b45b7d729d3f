/** The texts of the choice of a location, which are loaded with it. */
export const picker = {
  field: 'Place, coordinates or map link',
  fieldHint: 'For example Berlin',
  places: 'Places found',
  searching: 'Searching …',
  searchOffline: 'You’re offline, so places can’t be searched for. Enter coordinates, or drag the map.',
  found: (count: number) => (count === 1 ? '1 place found.' : `${count} places found. Choose one with the arrow keys.`),
  noneFound: (name: string) => `No place called “${name}” was found. Try another spelling, or drag the map.`,
  placeNames: 'Place names:',
  problems: {
    unreadable: 'Choose one of the places found, enter coordinates such as 52.52, 13.405, or drag the map.',
    shortLink: 'A short link doesn’t contain coordinates. Open it, then copy the coordinates or the long link.',
    half: 'That’s only one number. A place needs two: latitude and longitude, such as 52.52, 13.405.',
    latitudeRange: 'The first number, the latitude, must be between -90 and 90. Are the two swapped?',
    longitudeRange: 'The second number, the longitude, must be between -180 and 180.',
    nothing: 'Enter a place or coordinates, or drag the map until the pin is where you are.',
  },
  mapHint: 'Drag the map under the pin. With the keyboard: arrows move it, + and − zoom.',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  zoomCloser: 'Zoom in to choose more precisely',
  use: 'Use this place',
};

export type PickerText = typeof picker;
