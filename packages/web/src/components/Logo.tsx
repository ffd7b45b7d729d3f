/** Three waves around a point. */
export function Logo({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" fill="none" aria-hidden="true" focusable="false">
      <circle cx="9" cy="23" r="4" fill="var(--accent)" />
      <g stroke="var(--accent)" strokeWidth="3" strokeLinecap="round">
        <path d="M9 12.5A10.5 10.5 0 0 1 19.5 23" />
        <path d="M9 5.5A17.5 17.5 0 0 1 26.5 23" opacity="0.55" />
      </g>
    </svg>
  );
}
