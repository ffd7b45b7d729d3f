export const radar = {};
