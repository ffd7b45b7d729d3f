/** The oldest Node.js that runs the server: its embedded store is `node:sqlite`, and it uses `AsyncDisposableStack`. */
const oldest = 24;

/** This Node.js is too old; the message says which one is needed. */
class NodeVersionError extends Error {
  override readonly name = 'NodeVersionError';
  readonly code = 'ERR_NODE_VERSION';
}

/** Throws a NodeVersionError when this Node.js is too old. */
export function requireNode(version: string = process.version): void {
  const [, major] = /^v(\d+)\./.exec(version) ?? [];
  if (Number(major) >= oldest) return;
  throw new NodeVersionError(`Earshot’s server needs Node.js ${oldest} or newer; this is ${version}.`);
}
