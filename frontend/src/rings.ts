/** Whether the boundary of a drawn polygon crosses itself. */

import type { Coordinate } from 'ol/coordinate.js';

function side(a: Coordinate, b: Coordinate, c: Coordinate): number {
  return Math.sign((b[0]! - a[0]!) * (c[1]! - a[1]!) - (b[1]! - a[1]!) * (c[0]! - a[0]!));
}

function cross(a: Coordinate, b: Coordinate, c: Coordinate, d: Coordinate): boolean {
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}

function same(a: Coordinate, b: Coordinate): boolean {
  return a[0] === b[0] && a[1] === b[1];
}

/** Whether two edges of a ring cross. The ring may be open or closed, with repeated points. */
export function crossesItself(ring: readonly Coordinate[]): boolean {
  const points = ring.filter((point, index) => index === 0 || !same(point, ring[index - 1]!));
  if (points.length > 1 && same(points[0]!, points.at(-1)!)) points.pop();
  const count = points.length;
  for (let first = 0; first < count; first += 1) {
    for (let second = first + 2; second < count; second += 1) {
      const neighbours = first === 0 && second === count - 1;
      if (neighbours) continue;
      const [a, b] = [points[first]!, points[first + 1]!];
      const [c, d] = [points[second]!, points[(second + 1) % count]!];
      if (cross(a, b, c, d)) return true;
    }
  }
  return false;
}

/** Number of different points of a ring. */
export function corners(ring: readonly Coordinate[]): number {
  return new Set(ring.map((point) => point.join(' '))).size;
}
