import styles from './Wave.module.css';

/** A ring that spreads once from the element around it, and again when `count` grows. */
export function Wave({ count = 0 }: { count?: number | undefined }) {
  return count > 0 && <span key={count} className={styles.wave} data-wakes={count} aria-hidden="true" />;
}
