import { formatDistance } from '../place/distance.ts';
import { useLanguage, useText } from '../text/useText.ts';
import { plot, type Range, reach, rings, type Scale } from './projection.ts';
import styles from './Radar.module.css';

interface RadarFaceProps {
  /** Pixels of the whole square, and from its middle to the rim. */
  width: number;
  radius: number;
  range: Range;
  scale: Scale;
}

/** Where the rings tell their distance: in the corner where names, which stand below their rooms, come last. */
const ringLabels = 38;

/** What lies under the rooms: rings with their distances, the compass, and oneself in the middle. */
export function RadarFace({ width, radius, range, scale }: RadarFaceProps) {
  const text = useText().radar;
  const [language] = useLanguage();
  const middle = width / 2;
  const drawn = rings(range, scale);
  const compass = [text.compass.north, text.compass.east, text.compass.south, text.compass.west];
  return (
    <svg className={styles.face} width={width} height={width} aria-hidden="true">
      <g transform={`translate(${middle} ${middle})`}>
        <circle className={styles.disc} r={radius} />
        {drawn.map((metres) => (
          <circle key={metres} className={styles.ring} r={radius * reach(metres, range, scale)} />
        ))}
        <path className={styles.cross} d={`M0 ${-radius}V${radius}M${-radius} 0H${radius}`} />
        {drawn.map((metres) => {
          const { x, y } = plot({ bearing: ringLabels, metres }, radius, range, scale);
          return (
            <text key={metres} className={styles.distance} x={x} y={y} dy="0.35em">
              {formatDistance(metres, language)}
            </text>
          );
        })}
        {compass.map((letter, i) => {
          const angle = (i * Math.PI) / 2;
          return (
            <text
              key={letter}
              className={styles.compass}
              x={(radius + 13) * Math.sin(angle)}
              y={-(radius + 13) * Math.cos(angle)}
              dy="0.35em"
              data-north={i === 0}
            >
              {letter}
            </text>
          );
        })}
        <circle className={styles.you} r={6} />
      </g>
    </svg>
  );
}
