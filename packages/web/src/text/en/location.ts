export const location = {
  map: 'Map',
  mapOf: 'Map:',
};
