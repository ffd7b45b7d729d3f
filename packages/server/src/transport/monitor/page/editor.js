import { byId } from './dom.js';
import { readJson } from './frames.js';

/**
 * The editor of the text to send. Validates the text while it is typed.
 * @param {(text: string) => void} send
 */
export function createEditor(send) {
  const form = byId('editor', HTMLFormElement);
  const area = byId('frame', HTMLTextAreaElement);
  const verdict = byId('verdict', HTMLParagraphElement);
  const button = byId('send', HTMLButtonElement);
  const allowInvalid = byId('allowInvalid', HTMLInputElement);
  let connected = false;

  function judge() {
    const { value, problem } = readJson(area.value);
    const untyped = problem === null && !(typeof value === 'object' && value !== null && 'type' in value);
    verdict.textContent = problem ?? (untyped ? 'Valid JSON, but without a type.' : 'Valid JSON.');
    verdict.dataset.verdict = problem !== null ? 'wrong' : untyped ? 'doubtful' : 'right';
    area.setAttribute('aria-invalid', String(problem !== null));
    button.disabled = !connected || (problem !== null && !allowInvalid.checked);
  }

  function pretty() {
    const { value, problem } = readJson(area.value);
    if (problem === null) area.value = JSON.stringify(value, null, 2);
    judge();
  }

  area.addEventListener('input', judge);
  allowInvalid.addEventListener('change', judge);
  byId('pretty', HTMLButtonElement).addEventListener('click', pretty);
  area.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (!button.disabled) send(area.value);
  });
  judge();

  return {
    /** @param {unknown} frame */
    show: (frame) => {
      area.value = JSON.stringify(frame, null, 2);
      judge();
    },
    /** @param {boolean} isConnected */
    setConnected: (isConnected) => {
      connected = isConnected;
      judge();
    },
  };
}
