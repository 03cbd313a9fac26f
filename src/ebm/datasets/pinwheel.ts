/** Five blades, bent. */
import * as np from "../../numpy/index.js";
import { split } from "../../random/key.js";
import { normal } from "../../random/normal.js";
import { randint } from "../../random/randint.js";
import { type DataSet, dataSet } from "./data-set.js";
import { logDensityOfBlades } from "./pinwheel-density.js";
import { bladeSpread, blades, radialMean, scale, twist } from "./pinwheel-shape.js";

/**
 * With f = (1 + 0.3 z, 0.1 z'), the point is 2 f turned clockwise by 2 pi k / 5 + 0.25 exp(f_0), k one of five.
 * Source: the toy data of Grathwohl et al., "FFJORD" (2019), after Johnson et al. (2016).
 */
export const pinwheel: DataSet = dataSet({
  name: "pinwheel",
  entropy: 2.31778803,
  draw: (key, n) => {
    const [bladeKey, noiseKey] = split(key);
    const noise = normal(noiseKey, [n, 2]).mul(np.array(bladeSpread));
    const [f0, f1] = noise.add(np.array([radialMean, 0])).T;
    const blade = randint(bladeKey, [n], 0, blades).mul((2 * Math.PI) / blades);
    const a = blade.add(np.exp(f0).mul(twist));
    const [cos, sin] = [np.cos(a), np.sin(a)];
    return np.stack([f0.mul(cos).add(f1.mul(sin)), f1.mul(cos).sub(f0.mul(sin))], 1).mul(scale);
  },
  logDensity: () => (points) => logDensityOfBlades(points.div(scale)).sub(2 * Math.log(scale)),
});
