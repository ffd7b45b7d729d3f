import { picker as de } from './de/picker.ts';
import { picker as en, type PickerText } from './en/picker.ts';
import { useInLanguage } from './useText.ts';

const texts = { en, de };

/** The texts of the choice of a location. */
export const usePickerText = (): PickerText => useInLanguage(texts);
