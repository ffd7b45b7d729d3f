import { useText } from '../text/useText.ts';

export function App() {
  const text = useText();
  return <h1>{text.app.name}</h1>;
}
