import { roomRules as de } from './de/roomRules.ts';
import { roomRules as en, type RoomRulesText } from './en/roomRules.ts';
import { useInLanguage } from './useText.ts';

const texts = { en, de };

/** The texts for the rules of a room. */
export const useRoomRulesText = (): RoomRulesText => useInLanguage(texts);
