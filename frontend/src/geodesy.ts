/** Gauss-Krüger coordinates, lengths and areas on the CGCS2000 ellipsoid. */

export type Degrees = readonly [longitude: number, latitude: number];

const SEMI_MAJOR_M = 6378137.0;
const FLATTENING = 1 / 298.257222101;
const E2 = FLATTENING * (2 - FLATTENING);
const E = Math.sqrt(E2);
const SEMI_MINOR_M = SEMI_MAJOR_M * (1 - FLATTENING);
const RADIANS = Math.PI / 180;

const ZONE = 38;
const CENTRAL_MERIDIAN = 3 * ZONE;
const FALSE_EASTING_M = ZONE * 1_000_000 + 500_000;

// Krüger's series in the third flattening n, to n^4: below 1 mm within 4 degrees of the meridian.
const N = FLATTENING / (2 - FLATTENING);
const RECTIFYING_RADIUS_M = (SEMI_MAJOR_M / (1 + N)) * (1 + N ** 2 / 4 + N ** 4 / 64);
const ALPHA = [
  N / 2 - (2 / 3) * N ** 2 + (5 / 16) * N ** 3 + (41 / 180) * N ** 4,
  (13 / 48) * N ** 2 - (3 / 5) * N ** 3 + (557 / 1440) * N ** 4,
  (61 / 240) * N ** 3 - (103 / 140) * N ** 4,
  (49561 / 161280) * N ** 4,
];

/** Northing X and easting Y (with zone number) in CGCS2000 / 3-degree Gauss-Krüger zone 38, EPSG:4526. */
export function gaussKrueger([longitude, latitude]: Degrees): { x_m: number; y_m: number } {
  const phi = latitude * RADIANS;
  const lambda = (longitude - CENTRAL_MERIDIAN) * RADIANS;
  const conformal = Math.sinh(Math.atanh(Math.sin(phi)) - E * Math.atanh(E * Math.sin(phi)));
  const xi = Math.atan2(conformal, Math.cos(lambda));
  const eta = Math.asinh(Math.sin(lambda) / Math.hypot(conformal, Math.cos(lambda)));
  let north = xi;
  let east = eta;
  ALPHA.forEach((coefficient, index) => {
    const order = 2 * (index + 1);
    north += coefficient * Math.sin(order * xi) * Math.cosh(order * eta);
    east += coefficient * Math.cos(order * xi) * Math.sinh(order * eta);
  });
  return { x_m: RECTIFYING_RADIUS_M * north, y_m: FALSE_EASTING_M + RECTIFYING_RADIUS_M * east };
}

/** Length of the geodesic between two points (Vincenty 1975), in metres. */
export function distance_m(from: Degrees, to: Degrees): number {
  const L = (to[0] - from[0]) * RADIANS;
  const u1 = Math.atan((1 - FLATTENING) * Math.tan(from[1] * RADIANS));
  const u2 = Math.atan((1 - FLATTENING) * Math.tan(to[1] * RADIANS));
  const [s1, c1, s2, c2] = [Math.sin(u1), Math.cos(u1), Math.sin(u2), Math.cos(u2)];
  let lambda = L;
  for (let round = 0; round < 100; round += 1) {
    const sinSigma = Math.hypot(c2 * Math.sin(lambda), c1 * s2 - s1 * c2 * Math.cos(lambda));
    if (sinSigma === 0) return 0;
    const cosSigma = s1 * s2 + c1 * c2 * Math.cos(lambda);
    const sigma = Math.atan2(sinSigma, cosSigma);
    const sinAlpha = (c1 * c2 * Math.sin(lambda)) / sinSigma;
    const cos2Alpha = 1 - sinAlpha ** 2;
    const cos2Middle = cos2Alpha === 0 ? 0 : cosSigma - (2 * s1 * s2) / cos2Alpha;
    const C = (FLATTENING / 16) * cos2Alpha * (4 + FLATTENING * (4 - 3 * cos2Alpha));
    const next =
      L +
      (1 - C) *
        FLATTENING *
        sinAlpha *
        (sigma + C * sinSigma * (cos2Middle + C * cosSigma * (2 * cos2Middle ** 2 - 1)));
    if (Math.abs(next - lambda) < 1e-13) {
      const k2 = cos2Alpha * (SEMI_MAJOR_M ** 2 / SEMI_MINOR_M ** 2 - 1);
      const A = 1 + (k2 / 16384) * (4096 + k2 * (-768 + k2 * (320 - 175 * k2)));
      const B = (k2 / 1024) * (256 + k2 * (-128 + k2 * (74 - 47 * k2)));
      const inner =
        cosSigma * (2 * cos2Middle ** 2 - 1) -
        (B / 6) * cos2Middle * (4 * sinSigma ** 2 - 3) * (4 * cos2Middle ** 2 - 3);
      return SEMI_MINOR_M * A * (sigma - B * sinSigma * (cos2Middle + (B / 4) * inner));
    }
    lambda = next;
  }
  throw new Error('the two points are antipodal');
}

/** Area between the equator and a latitude over one radian of longitude, in m². */
function zone_m2(latitude: number): number {
  const sine = Math.sin(latitude * RADIANS);
  return (SEMI_MINOR_M ** 2 / 2) * (sine / (1 - E2 * sine ** 2) + Math.atanh(E * sine) / E);
}

/** Area of a ring whose edges are straight in degrees, as a file's are; Simpson's rule on each edge. */
export function area_m2(ring: readonly Degrees[]): number {
  let sum = 0;
  ring.forEach((from, index) => {
    const to = ring[(index + 1) % ring.length]!;
    const middle = zone_m2((from[1] + to[1]) / 2);
    sum += ((to[0] - from[0]) * RADIANS * (zone_m2(from[1]) + 4 * middle + zone_m2(to[1]))) / 6;
  });
  return Math.abs(sum);
}
