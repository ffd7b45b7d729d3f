// What needs no schema, for code that checks no input, such as a thread that writes: the schemas' library takes a thread
// longer to load than all else. `index.ts` has the same, and the rest.

export { EarshotError } from './earshotError.ts';
export { fullyQualified } from './emojiForm.ts';
export type { ErrorCode } from './errorCodes.ts';
export type { Location } from './geo.ts';
export { limits } from './limits.ts';
export type { Message, Reaction } from './message.ts';
export { newId, newRandomId } from './newId.ts';
export { emptyPosition, type Position } from './position.ts';
export { chordLength, distanceMetres, toUnitVector } from './sphere.ts';
export type { User } from './user.ts';
