import { findLinks, readable } from './links.ts';
import styles from './MessageText.module.css';

interface MessageTextProps {
  content: string;
  /** Whether the links are tab stops. */
  tabbable: boolean;
}

/** The text of a message, with its links. It is never interpreted as HTML. */
export function MessageText({ content, tabbable }: MessageTextProps) {
  let at = 0;
  return (
    <span className={styles.text} dir="auto">
      {findLinks(content).map(({ text, href }) => {
        const key = at;
        at += text.length;
        if (href === null) return text;
        return (
          <a
            key={key}
            href={href}
            dir="ltr" // regardless of the text around it
            target="_blank"
            rel="noopener noreferrer nofollow ugc"
            title={href}
            tabIndex={tabbable ? undefined : -1}
          >
            {readable(text)}
          </a>
        );
      })}
    </span>
  );
}
