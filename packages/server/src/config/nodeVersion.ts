/** The oldest supported Node.js: the embedded store uses `node:sqlite`, and the server uses `AsyncDisposableStack`. */
const oldest = 24;

/** This Node.js is too old. The message names the required version. */
class NodeVersionError extends Error {
  override readonly name = 'NodeVersionError';
  readonly code = 'ERR_NODE_VERSION';
}

/** Throws a NodeVersionError if this Node.js is too old. */
export function requireNode(version: string = process.version): void {
  const [, major] = /^v(\d+)\./.exec(version) ?? [];
  if (Number(major) >= oldest) return;
  throw new NodeVersionError(`Earshot’s server needs Node.js ${oldest} or newer; this is ${version}.`);
}
