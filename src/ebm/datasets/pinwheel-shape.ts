/** The numbers of the pinwheel. */

export const blades = 5;
/** f_0, the position along a blade, has this mean; both sds are below. */
export const radialMean = 1;
export const bladeSpread: readonly [radial: number, tangential: number] = [0.3, 0.1];
/** A point at f_0 along its blade is turned by twist exp(f_0). */
export const twist = 0.25;
export const scale = 2;
