/** A case that can't run on this machine. It is left out, which is no failure. */
export class NotMeasurable extends Error {}
