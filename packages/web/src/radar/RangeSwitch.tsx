import { formatDistance } from '../location/distance.ts';
import { useLanguage, useText } from '../text/useText.ts';
import { type Range, ranges } from './projection.ts';
import { RadioSwitch } from './RadioSwitch.tsx';

interface RangeSwitchProps {
  range: Range;
  onChange: (range: Range) => void;
}

/** Chooses the range of the radar. */
export function RangeSwitch({ range, onChange }: RangeSwitchProps) {
  const text = useText().radar;
  const [language] = useLanguage();
  const options = ranges.map((value) => ({ value, label: formatDistance(value, language) }));
  return <RadioSwitch legend={text.range} options={options} value={range} onChange={onChange} />;
}
