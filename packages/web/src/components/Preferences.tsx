import { themes, useTheme } from '../style/theme.ts';
import { languages, useLanguage, useText } from '../text/useText.ts';
import styles from './Preferences.module.css';

/** Chooses the language and the appearance. */
export function Preferences() {
  const text = useText();
  const [language, setLanguage] = useLanguage();
  const [theme, setTheme] = useTheme();
  return (
    <div className={styles.preferences}>
      <label className="field">
        {text.app.language}
        <select
          value={language}
          onChange={({ target }) => {
            const chosen = languages.find(({ code }) => code === target.value);
            if (chosen) setLanguage(chosen.code);
          }}
        >
          {languages.map(({ code, name }) => (
            <option key={code} value={code} lang={code}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label className="field">
        {text.app.theme}
        <select
          value={theme}
          onChange={({ target }) => {
            const chosen = themes.find((one) => one === target.value);
            if (chosen) setTheme(chosen);
          }}
        >
          {themes.map((one) => (
            <option key={one} value={one}>
              {text.app.themes[one]}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}
