/** @typedef {{ userId: string, username: string, token: string, latitude: string, longitude: string, content: string }} Values */

/** @param {Values} values */
const claim = ({ userId, username, token }) => ({ user_id: userId, username, token });

/**
 * Coordinates as numbers if they are valid, otherwise as typed, to test the server's answer.
 * @param {Values} values
 */
const place = ({ latitude, longitude }) => ({ latitude: numberIn(latitude), longitude: numberIn(longitude) });

/** @param {string} text */
const numberIn = (text) => (text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text);

/**
 * Every frame type of legacy clients, with its fields.
 * @type {Record<string, (values: Values) => Record<string, unknown>>}
 */
const fieldsOf = {
  Auth: claim,
  Join: claim,
  JoinLocalChat: (values) => ({ ...claim(values), ...place(values), search_radius: 5000 }),
  Message: ({ content }) => ({ content }),
  LocationUpdate: (values) => ({ user_id: values.userId, ...place(values) }),
  Typing: () => ({ is_typing: true }),
};

export const frameTypes = Object.keys(fieldsOf);

/**
 * A frame of this type, wrapped: `{type, data}`.
 * @param {string} type
 * @param {Values} values
 */
export function buildFrame(type, values) {
  return { type, data: fieldsOf[type]?.(values) ?? {} };
}

/**
 * Parses a text as JSON. Returns the value, or the parser's message.
 * @param {string} text
 * @returns {{ value: unknown, problem: null } | { value: null, problem: string }}
 */
export function readJson(text) {
  try {
    return { value: JSON.parse(text), problem: null };
  } catch (error) {
    return { value: null, problem: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * The type of a frame, for people.
 * @param {string} text
 */
export function typeOf(text) {
  const { value, problem } = readJson(text);
  if (problem !== null) return '(not JSON)';
  return typeof value === 'object' && value !== null && 'type' in value ? String(value.type) : '(no type)';
}

/**
 * Whether a frame of legacy clients is about a guest.
 * @param {string} text
 */
export function isOfGuest(text) {
  const { value } = readJson(text);
  return typeof value === 'object' && value !== null && 'is_guest' in value && value.is_guest === true;
}

/**
 * Hides tokens, because people share what the page shows.
 * @param {string} text
 */
export const withoutTokens = (text) => text.replaceAll(/("token"\s*:\s*)"(?:[^"\\]|\\.)*"/g, '$1"…"');

/** @param {string} text */
export const byteCount = (text) => new TextEncoder().encode(text).length;
