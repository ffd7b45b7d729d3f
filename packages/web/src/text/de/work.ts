import type { WorkText } from '../en/work.ts';

export const work: WorkText = {
  explanation: 'Zum Schutz vor Spam löst dein Gerät zuerst eine kleine Rechenaufgabe für diesen Server.',
  progress: 'Fortschritt der Rechenaufgabe',
  cancel: 'Abbrechen',
};
