import { picker as de } from './de/picker.ts';
import { picker as en, type PickerText } from './en/picker.ts';
import { type Language, useLanguage } from './useText.ts';

const texts: Record<Language, PickerText> = { en, de };

/** The texts of the choice of a location, in the current language. Both languages are loaded with it: they are small. */
export function usePickerText(): PickerText {
  const [language] = useLanguage();
  return texts[language];
}
