import type { NearbyOrder } from '@earshot/client';
import { useText } from '../text/useText.ts';
import { RadioSwitch } from './RadioSwitch.tsx';

interface OrderSwitchProps {
  order: NearbyOrder;
  onChange: (order: NearbyOrder) => void;
}

/** Chooses the order of the list. */
export function OrderSwitch({ order, onChange }: OrderSwitchProps) {
  const text = useText().radar;
  const options = [
    { value: 'near', label: text.orders.near },
    { value: 'lively', label: text.orders.lively },
  ] as const;
  return <RadioSwitch legend={text.order} options={options} value={order} onChange={onChange} />;
}
