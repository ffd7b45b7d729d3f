const paths = {
  back: 'M15 5l-7 7 7 7',
  leave: 'M14 4H6v16h8M10 12h10m-4-4 4 4-4 4',
  people:
    'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 20a6.5 6.5 0 0 1 13 0M16 4.5a3.5 3.5 0 0 1 0 6.5M18 14.5a6.5 6.5 0 0 1 3.5 5.5',
  close: 'M6 6l12 12M18 6 6 18',
  send: 'M12 20V5M5.5 11 12 4.5l6.5 6.5',
  down: 'M12 5v14m-6-6 6 6 6-6',
  react: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM8.5 14.5c1.8 2.4 5.2 2.4 7 0M9 9.5v.01M15 9.5v.01',
  edit: 'M4 20l1-4L16 5l3 3L8 19l-4 1ZM14 7l3 3',
  delete: 'M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 7v5l3 2',
} as const;

interface IconProps {
  name: keyof typeof paths;
  /** Pixels. */
  size?: number;
}

/** An icon in the colour of the text. The control around it must name it. */
export function Icon({ name, size = 20 }: IconProps) {
  return (
    <svg
      viewBox="0 0 24 24"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={paths[name]} />
    </svg>
  );
}
