import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App.tsx';
import './style/tokens.css';
import './style/base.css';
import { applyTheme } from './style/theme.ts';
import { prepareText } from './text/useText.ts';

applyTheme();
await prepareText();

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
