import { limits } from './limits.ts';
import { lineSchema } from './text.ts';

/** Why moderators decided something. */
export const reasonSchema = lineSchema(limits.reasonChars);
