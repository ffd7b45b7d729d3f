import type { Location } from '@earshot/client';

/** Steps in a degree: about half a kilometre each, like the edge of the server's map cells. */
const stepsPerDegree = 200;

const round = (degrees: number) => Math.round(degrees * stepsPerDegree) / stepsPerDegree + 0; // + 0 turns -0 into 0

/** Rounds a location: nothing more precise is stored by the page, or sent to the server. */
export const roundLocation = ({ latitude, longitude }: Location): Location => ({
  latitude: round(latitude),
  longitude: round(longitude),
});
