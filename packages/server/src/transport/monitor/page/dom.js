/**
 * The element with this id. Throws if there is none of this class.
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} kind
 * @returns {T}
 */
export function byId(id, kind) {
  const element = document.getElementById(id);
  if (element instanceof kind) return element;
  throw new Error(`the page lacks #${id}`);
}

/**
 * @param {string} tag
 * @param {string} className
 * @param {string} text
 */
export function make(tag, className, text) {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}
