/** From energies to pixels. */
import type { SurfaceKind } from "./settings.js";

/** Energies so far above the least, in nats, have the last colour. */
export const energySpan = 10;

/**
 * matplotlib's magma at equal steps, from dark to bright; its palest fifth is left out, for dots to stand out on it.
 * Source: van der Walt and Smith, "A better default colormap for Matplotlib" (2015); in the public domain.
 */
const magma: readonly (readonly [number, number, number])[] = [
  [0, 0, 4],
  [20, 14, 54],
  [59, 15, 112],
  [100, 26, 128],
  [140, 41, 129],
  [183, 55, 121],
  [222, 73, 104],
  [247, 112, 92],
  [254, 159, 109],
];

const shades = 256;

/** RGB of `shades` shades from dark to bright. */
export const palette: Uint8ClampedArray = (() => {
  const table = new Uint8ClampedArray(3 * shades);
  for (let i = 0; i < shades; i++) {
    const at = (i / (shades - 1)) * (magma.length - 1);
    const below = Math.min(Math.floor(at), magma.length - 2);
    for (let c = 0; c < 3; c++) {
      table[3 * i + c] = magma[below][c] + (at - below) * (magma[below + 1][c] - magma[below][c]);
    }
  }
  return table;
})();

/** From 0, dark, to 1, bright, for an energy so far above the least: low energies are bright, as high densities are. */
export const brightness = (kind: SurfaceKind, above: number): number => {
  switch (kind) {
    case "energy":
      return 1 - Math.min(1, above / energySpan);
    case "density":
      return Math.exp(-above / 2); // the root of the density, so that its tails are seen
  }
};

/** A table, so that a pixel costs a look-up and no exponential. */
const levels = 1024;
const shadesOf = (kind: SurfaceKind): Uint8Array =>
  Uint8Array.from({ length: levels + 1 }, (_, i) =>
    Math.round((shades - 1) * brightness(kind, (i / levels) * energySpan * 1.5)),
  );
const tables: Readonly<Record<SurfaceKind, Uint8Array>> = {
  energy: shadesOf("energy"),
  density: shadesOf("density"),
};

/** The surface as RGBA: f32[n] -> u8[4 n]. What is not a number is dark. */
export function pixelsOf(energies: Float32Array, kind: SurfaceKind, into: Uint8ClampedArray): void {
  let least = Number.POSITIVE_INFINITY;
  for (const energy of energies) if (energy < least) least = energy;
  const table = tables[kind];
  const scale = levels / (energySpan * 1.5);
  for (let i = 0; i < energies.length; i++) {
    const above = (energies[i] - least) * scale;
    const shade = table[above < levels ? Math.round(above) : levels] ?? 0;
    into[4 * i] = palette[3 * shade];
    into[4 * i + 1] = palette[3 * shade + 1];
    into[4 * i + 2] = palette[3 * shade + 2];
    into[4 * i + 3] = 255;
  }
}
