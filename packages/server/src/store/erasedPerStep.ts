/** The most records of a kind that one step of erasing a user's data changes. */
export const erasedPerStep = 200;
