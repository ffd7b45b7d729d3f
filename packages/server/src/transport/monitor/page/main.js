import { createConnection } from './connection.js';
import { byId, make } from './dom.js';
import { createEditor } from './editor.js';
import { buildFrame, frameTypes } from './frames.js';
import { createLog } from './log.js';

const states = { closed: 'not connected', connecting: 'connecting …', open: 'connected' };

const log = createLog();
const editor = createEditor(send);
const connection = createConnection({
  onState: showState,
  onFrame: (text) => log.add('in', text),
  onNote: (text) => log.add('note', text),
});

byId('connection', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  connection.open(byId('locationId', HTMLInputElement).value);
});
byId('disconnect', HTMLButtonElement).addEventListener('click', connection.close);

const quickButtons = frameTypes.map((type) => {
  const button = make('button', '', type);
  button.addEventListener('click', () => {
    const frame = buildFrame(type, values());
    editor.show(frame);
    send(JSON.stringify(frame));
  });
  return button;
});
byId('quickButtons', HTMLDivElement).append(...quickButtons);

const name = `monitor-${crypto.getRandomValues(new Uint16Array(1))[0]?.toString(16).padStart(4, '0')}`;
byId('username', HTMLInputElement).value = name;
byId('userId', HTMLInputElement).value = name;
showState('closed');

/** @param {string} text */
function send(text) {
  if (connection.send(text)) log.add('out', text);
  else log.add('note', 'not sent: there is no connection');
}

/** @param {import('./connection.js').State} state */
function showState(state) {
  const shown = byId('state', HTMLParagraphElement);
  shown.textContent = states[state];
  shown.dataset.state = state;
  byId('disconnect', HTMLButtonElement).disabled = state === 'closed';
  for (const button of quickButtons) button.toggleAttribute('disabled', state !== 'open');
  editor.setConnected(state === 'open');
}

function values() {
  /** @param {string} id */
  const of = (id) => byId(id, HTMLInputElement).value;
  return {
    username: of('username'),
    userId: of('userId'),
    token: of('token'),
    latitude: of('latitude'),
    longitude: of('longitude'),
    content: of('content'),
  };
}
