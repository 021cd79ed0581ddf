/** Fills with hatching, so that classes are told apart without colour. */

import type { Hatch, Symbol } from './messages';

const CELL = 10;
const patterns = new Map<string, CanvasPattern | string>();

function withOpacity(colour: string, opacity: number): string {
  const value = Math.round(opacity * 255).toString(16).padStart(2, '0');
  return `${colour}${value}`;
}

function strokes(context: CanvasRenderingContext2D, hatch: Hatch): void {
  const line = (x1: number, y1: number, x2: number, y2: number): void => {
    context.moveTo(x1, y1);
    context.lineTo(x2, y2);
  };
  context.beginPath();
  // Diagonals run over the edges, so that neighbouring cells join without a gap.
  if (hatch === '/' || hatch === 'x') [-CELL, 0, CELL].forEach((x) => line(x, CELL, x + CELL, 0));
  if (hatch === '\\' || hatch === 'x') [-CELL, 0, CELL].forEach((x) => line(x, 0, x + CELL, CELL));
  if (hatch === '-') line(0, CELL / 2, CELL, CELL / 2);
  if (hatch === '|') line(CELL / 2, 0, CELL / 2, CELL);
  context.stroke();
  if (hatch === '.') {
    context.arc(CELL / 2, CELL / 2, 1.4, 0, 2 * Math.PI);
    context.fill();
  }
}

function cell(symbol: Symbol, opacity: number, ratio: number): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = CELL * ratio;
  const context = canvas.getContext('2d')!;
  context.scale(ratio, ratio);
  context.fillStyle = withOpacity(symbol.fill, opacity);
  context.fillRect(0, 0, CELL, CELL);
  context.strokeStyle = context.fillStyle = withOpacity(symbol.line, Math.min(1, opacity + 0.35));
  context.lineWidth = 1.1;
  strokes(context, symbol.hatch);
  return canvas;
}

/** A fill for the map's canvas. */
export function fillOf(symbol: Symbol, opacity: number): CanvasPattern | string {
  if (!symbol.hatch) return withOpacity(symbol.fill, opacity);
  const name = [symbol.fill, symbol.line, symbol.hatch, opacity].join(' ');
  let pattern = patterns.get(name);
  if (pattern === undefined) {
    const canvas = cell(symbol, opacity, window.devicePixelRatio || 1);
    pattern = document.createElement('canvas').getContext('2d')!.createPattern(canvas, 'repeat')!;
    patterns.set(name, pattern);
  }
  return pattern;
}

/** The same fill as an image, for the legend. */
export function swatchOf(symbol: Symbol, opacity: number): string {
  return `url(${cell(symbol, opacity, 1).toDataURL()})`;
}
