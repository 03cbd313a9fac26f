/** The memory that programs on wasm share: what stays in it, what it does when the engine gives no more. */
import { jit, lax, type NDArray, numpy as np, TargetError } from "cotangent";
import { afterEach, describe, expect, test, vi } from "vitest";
import { allocate, occupancy, release, sharedMemory, views } from "../../src/compiler/targets/wasm/memory.js";

const double = jit((x: NDArray) => x.mul(2), { target: "wasm" });
const lastOf = (x: NDArray): unknown => x.slice(-1).item();
const pageBytes = 65536;

afterEach(() => {
  vi.restoreAllMocks();
});

/** From now on the memory grows by so many bytes at most. */
function limitGrowth(bytes: number): void {
  const memory = sharedMemory();
  const most = memory.buffer.byteLength + bytes;
  const grow = memory.grow.bind(memory);
  vi.spyOn(memory, "grow").mockImplementation((pages) => {
    if (memory.buffer.byteLength + pages * pageBytes > most) throw new RangeError("no more");
    return grow(pages);
  });
}

describe("regions", () => {
  test("never overlap, and are joined again when they are given back", () => {
    const before = occupancy().used;
    const sizes = Array.from({ length: 200 }, (_, i) => ((i * 7919) % 5000) + 1);
    const addresses = sizes.map((bytes) => allocate(bytes));
    const sorted = addresses.map((address, i) => ({ address, bytes: sizes[i] }));
    sorted.sort((x, y) => x.address - y.address);
    for (let i = 1; i < sorted.length; i++) {
      expect(sorted[i].address).toBeGreaterThanOrEqual(sorted[i - 1].address + sorted[i - 1].bytes);
    }
    for (let i = 0; i < addresses.length; i += 2) release(addresses[i]);
    for (let i = 1; i < addresses.length; i += 2) release(addresses[i]);
    expect(occupancy().used).toBe(before);
    const whole = allocate(sizes.reduce((x, y) => x + y));
    expect(whole).toBe(Math.min(...addresses));
    release(whole);
  });

  test("given back twice are a fault", () => {
    const address = allocate(100);
    release(address);
    expect(() => release(address)).toThrow("never handed out");
  });

  test("are seen through views that follow growth", () => {
    const old = views();
    const address = allocate(sharedMemory().buffer.byteLength);
    expect(old.float32.length).toBe(0); // detached
    expect(views().float32.buffer).toBe(sharedMemory().buffer);
    release(address);
  });
});

describe("arrays that come again", () => {
  test("are not confused with each other", () => {
    const arrays = Array.from({ length: 5 }, (_, i) => np.full([20_000], i));
    for (let round = 0; round < 4; round++) {
      for (const [i, x] of arrays.entries()) expect(lastOf(double(x))).toBe(2 * i);
    }
  });

  test("stay from their second use on; those used once leave nothing behind", () => {
    const used = (run: () => void): number => {
      const before = occupancy().used;
      run();
      return occupancy().used - before;
    };
    double(np.ones([100_000])); // the area of calls has its size now
    const x = np.full([100_000], 3);
    expect(used(() => double(x))).toBe(0);
    expect(used(() => double(x))).toBeGreaterThanOrEqual(400_000);
    expect(used(() => double(x))).toBe(0);
    expect(
      used(() => {
        for (let i = 0; i < 50; i++) double(np.full([100_000], i));
      }),
    ).toBe(0);
    expect(lastOf(double(x))).toBe(6);
  });

  test("are right after the memory has grown", () => {
    const small = np.arange(20_000).astype("float32");
    for (let k = 0; k < 3; k++) double(small);
    expect(lastOf(double(np.ones([3_000_000])))).toBe(2);
    expect(lastOf(double(small))).toBe(39_998);
  });
});

describe("memory that is exhausted", () => {
  test("is a TargetError that says how much is needed and what to do", () => {
    limitGrowth(0);
    const most = sharedMemory().buffer.byteLength;
    const x = np.ones([most / 8]);
    expect(() => double(x)).toThrow(TargetError);
    expect(() => double(x)).toThrow(/needs \d+\.\d MB more .* cannot grow by that; work on smaller batches/);
  });

  test("leaves everything as it was: other programs run, and the same one when there is more", () => {
    const kept = np.full([50_000], 5);
    for (let k = 0; k < 3; k++) double(kept);
    limitGrowth(0);
    const used = occupancy().used;
    const large = np.full([sharedMemory().buffer.byteLength / 8], 7);
    for (let k = 0; k < 5; k++) expect(() => double(large)).toThrow(TargetError);
    expect(occupancy().used).toBeLessThanOrEqual(used);
    expect(lastOf(double(kept))).toBe(10);
    expect(lastOf(double(np.ones([10])))).toBe(2);
    vi.restoreAllMocks();
    expect(lastOf(double(large))).toBe(14);
  });

  test("takes the place of arrays that stay before it gives up", () => {
    const kept = Array.from({ length: 8 }, (_, i) => np.full([1_000_000], i));
    for (const x of kept) for (let k = 0; k < 3; k++) double(x);
    limitGrowth(0);
    const room = occupancy();
    const large = np.full([(room.total - room.used + 8e6) / 8], 7);
    expect(lastOf(double(large))).toBe(14);
    for (const [i, x] of kept.entries()) expect(lastOf(double(x))).toBe(2 * i);
  });

  test("moves the program to js where nobody chose the target", () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    limitGrowth(0);
    const large = np.full([sharedMemory().buffer.byteLength / 8], 7);
    const f = jit((x: NDArray) => x.mul(2));
    expect([lastOf(f(large)), lastOf(f(large))]).toEqual([14, 14]);
    expect(lastOf(f(np.ones([3])))).toBe(2);
    expect(warn.mock.calls).toEqual([[expect.stringContaining('a program runs on the target "js"')]]);
  });
});

test("a host function called from a program may run programs, also such that make the memory grow", () => {
  const seen: string[] = [];
  vi.spyOn(console, "log").mockImplementation((line: string) => {
    seen.push(line);
    expect(lastOf(double(np.ones([sharedMemory().buffer.byteLength / 16])))).toBe(2);
  });
  const f = jit(
    (x: NDArray) => {
      lax.debugPrint("x = {}", x);
      return x.add(1);
    },
    { target: "wasm" },
  );
  expect(f(np.array([1, 2])).js()).toEqual([2, 3]);
  expect(seen).toHaveLength(1);
});

test("arrays that come again go when more stay than may, and when many calls did without them", () => {
  for (let i = 0; i < 40; i++) {
    const x = np.full([2_000_000], i);
    for (let k = 0; k < 3; k++) expect(lastOf(double(x))).toBe(2 * i);
  }
  expect(occupancy().used).toBeLessThan(256e6 + 100e6);
  const small = np.ones([4]);
  for (let i = 0; i < 200; i++) double(small);
  expect(occupancy().used).toBeLessThan(16e6 + 100e6);
});
