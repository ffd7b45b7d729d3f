import { formatDistance } from '../location/distance.ts';
import { useLanguage, useText } from '../text/useText.ts';
import { type Range, reach, rings, type Scale } from './projection.ts';
import styles from './Radar.module.css';
import type { RingLabel } from './ringLabels.ts';

interface RadarFaceProps {
  /** Pixels of the whole square, and from its centre to the rim. */
  width: number;
  radius: number;
  range: Range;
  scale: Scale;
  labels: readonly RingLabel[];
}

/** The background of the radar: rings with their distances, the compass, and the user at the centre. */
export function RadarFace({ width, radius, range, scale, labels }: RadarFaceProps) {
  const text = useText().radar;
  const [language] = useLanguage();
  const middle = width / 2;
  const compass = [text.compass.north, text.compass.east, text.compass.south, text.compass.west];
  return (
    <svg className={styles.face} width={width} height={width} aria-hidden="true">
      <g transform={`translate(${middle} ${middle})`}>
        {rings(range, scale).map((metres) => (
          <circle key={metres} className={styles.ring} r={radius * reach(metres, range, scale)} />
        ))}
        <path className={styles.cross} d={`M0 ${-radius}V${radius}M${-radius} 0H${radius}`} />
        {labels.map(({ metres, x, y }) => (
          <text key={metres} className={styles.distance} x={x} y={y} dy="0.35em">
            {formatDistance(metres, language)}
          </text>
        ))}
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
