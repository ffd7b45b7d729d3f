// Names that look alike. A separate entry point, because its table is large.

export { findLookalikes, findSameName, nameKeys } from './lookalikes.ts';
export { nameKey } from './nameKey.ts';
export { skeleton } from './skeleton.ts';
