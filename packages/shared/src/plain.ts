// The exports that need no schemas, for code that validates no input, such as the writing thread: loading the schema library
// would dominate its start. `index.ts` exports these and the rest.

export { EarshotError } from './earshotError.ts';
export { fullyQualified } from './emojiForm.ts';
export type { ErrorCode } from './errorCodes.ts';
export type { Location } from './geo.ts';
export { limits } from './limits.ts';
export type { Message, Reaction } from './message.ts';
export { missingItems } from './missingItems.ts';
export { newId, newRandomId } from './newId.ts';
export { emptyPosition, type Position } from './position.ts';
export type { Visibility } from './privacy.ts';
export { privacyLimits } from './privacyLimits.ts';
export { chordLength, distanceMetres, toUnitVector } from './sphere.ts';
export type { User } from './user.ts';
