"""Rows of functions that make arrays, and of those that put the same elements into another shape or order."""

from cases import INF, NAN, cases, f32, i32

DTYPES = ["float32", "float64", "int32"]
ALL = ["float32", "float64", "int32", "uint32", "bool"]


def each(name, variants, dtypes=DTYPES, **flags):
    """Every variant (a shape and the further arguments) with each of the dtypes."""
    t = cases(name)
    for shape, *rest in variants:
        for dtype in dtypes:
            t.add(t.of(dtype, shape), *rest, **flags)


# making -----------------------------------------------------------------------------------------------------

for name in ["numpy.zeros", "numpy.ones"]:
    t = cases(name)
    for shape in [3, 0, [], [2, 3], [1], [2, 0], [1, 1], [17], [2, 1, 3]]:
        t.add(shape)
        t.add(shape, {"dtype": ALL[len(t.cases) % 5]})
    for dtype in ALL:
        t.add([2], {"dtype": dtype})
t = cases("numpy.full")
for n, shape in enumerate([3, 0, [], [2, 3], [1], [2, 0], [1, 1]]):
    t.add(shape, 2.5)
    t.add(shape, 3, {"dtype": ALL[n % 5]})
    t.add(shape, t.of(["float32", "float64", "int32"][n % 3], ()))
t.add([2, 3], t.f32((3,)))
t.add([2, 3], t.f32((2, 1)))
t.add([2], True)
for name in ["numpy.fullLike", "numpy.zerosLike", "numpy.onesLike"]:
    t = cases(name)
    value = [2.5] if name == "numpy.fullLike" else []
    for shape in [(3,), (0,), (), (2, 3), (1, 1)]:
        for dtype in ALL:
            if value and dtype == "bool":
                continue
            t.add(t.of(dtype, shape), *([2] if value and dtype in ("int32", "uint32") else value))
    t.add(t.f32((2,)), *value, {"dtype": "int32"})
    t.add(t.i32((2,)), *value, {"dtype": "float32"})
t = cases("numpy.array")
s = cases("numpy.asarray")
for value in [
    1.5,
    True,
    [1, 2],
    [[1, 2], [3, 4]],
    [],
    [True, False],
    [[1.5], [2.5]],
    t.f32((2, 3)),
    t.f64((3,)),
    t.i32((3,)),
]:
    for options in [[], [{"dtype": "float32"}], [{"dtype": "int32"}]]:
        t.add(value, *options)
        s.add(value, *options)
t.add([t.f32((2,)), t.f32((2,))])
t.add([t.f32((2,)), t.i32((2,))])
t.add([[t.f32(()), t.f32(())], [t.f32(()), t.f32(())]])
t.add([t.f32(()), 2])
t = cases("numpy.arange")
for args in [
    [3],
    [0],
    [2, 5],
    [5, 2],
    [0, 10, 3],
    [10, 0, -3],
    [0, 1, 0.25],
    [1, 2, 0.3],
    [0.5],
    [2.5],
    [-1, 1, 0.5],
    [0, -4, -1],
]:
    t.add(*args)
    if len(args) == 3:
        t.add(*args, {"dtype": "float32"})
        t.add(*args[:2], 1, {"dtype": "int32"})
t.add(3, None, 1, {"dtype": "uint32"})
for name in ["numpy.linspace", "numpy.logspace"]:
    t = cases(name)
    for args in [[0, 1, 5], [-1, 1, 3], [2, 0, 4], [0, 1, 1], [0, 1, 0], [1, 2, 2]]:
        t.add(*args)
        t.add(*args, {"endpoint": False})
    for n in [1, 2, 5]:
        t.add(t.f32(()), t.f32(()), n)
        t.add(t.f64((2,)), t.f64((2,)), n)
        t.add(t.f32((2,)), t.f32(()), n, {"axis": -1})
    t.add(0, t.f32((2, 3)), 3, {"axis": 1})
t = cases("numpy.linspace")
t.add(0, 10, 4, {"dtype": "int32"})
t.add(t.i32((2,)), 3, 3)
cases("numpy.logspace").add(0, 3, 4, {"base": 2})
for name in ["numpy.eye", "numpy.identity", "numpy.tri"]:
    t = cases(name)
    for n in [0, 1, 2, 3, 5]:
        if name == "numpy.identity":
            t.add(n)
            for dtype in ["float64", "int32", "uint32", "bool"]:
                t.add(n, {"dtype": dtype})
            continue
        for m in [None, 0, 2, 4]:
            t.add(n, m)
        for k in [1, -1]:
            t.add(n, 3, {"k": k}) if name == "numpy.eye" else t.add(n, 3, k, {"dtype": ALL[n % 5]})
each("numpy.tril", [((3, 3),), ((2, 3), 1), ((3, 2), -1), ((2, 2, 3),), ((0, 2),), ((1, 1), -1), ((5, 5), 2)])
each("numpy.triu", [((3, 3),), ((2, 3), 1), ((3, 2), -1), ((2, 2, 3),), ((0, 2),), ((1, 1), -1), ((5, 5), 2)])
each(
    "numpy.diag",
    [
        ((3,),),
        ((3,), 1),
        ((2,), -2),
        ((3, 3),),
        ((2, 3), 1),
        ((3, 2), -1),
        ((0,),),
        ((1,),),
        ((1, 1),),
        ((3, 3), 7),
    ],
)
OFF = [
    ((3, 3),),
    ((2, 3), 1),
    ((3, 2), -1),
    ((2, 3, 2), 0, 0, 2),
    ((2, 3, 2), 1, -1, 1),
    ((1, 1),),
    ((3, 3), 5),
    ((0, 2),),
]
each("numpy.diagonal", OFF)
each("numpy.trace", OFF)
t = cases("numpy.meshgrid")
for sizes in [[2, 3], [3], [1, 1], [0, 2], [2, 3, 2], [5, 2], [1, 3, 0]]:
    for options in [[], [{"indexing": "ij"}], [{"indexing": "xy"}]]:
        t.add([t.f32((n,)) for n in sizes], *options)
t.add([t.i32((2,)), t.f32((3,))])
t.add([t.f64((2,)), t.f64((1,))])

# shape and order --------------------------------------------------------------------------------------------

for name in ["numpy.reshape", "lax.reshape"]:
    each(
        name,
        [
            ((6,), [2, 3]),
            ((2, 3), [3, 2]),
            ((2, 3), [6]),
            ((1,), []),
            ((), [1, 1]),
            ((0,), [2, 0]),
            ((4, 5), [2, 10]),
        ],
    )
each("numpy.reshape", [((2, 3), [-1]), ((2, 3), [3, -1]), ((2, 3), 6)])
each("numpy.ravel", [((6,),), ((2, 3),), ((),), ((0,),), ((1, 1),), ((2, 3, 2),), ((2, 0),)])
each(
    "numpy.matrixTranspose",
    [((2, 3),), ((2, 3, 4),), ((1, 1),), ((0, 2),), ((3, 3),), ((2, 1, 3),), ((5, 2),)],
)
each(
    "numpy.expandDims",
    [((3,), 0), ((3,), -1), ((2, 3), [0, 2]), ((2, 3), 1), ((), 0), ((0,), 1), ((2,), [-1, 0])],
)
each(
    "lax.expandDims",
    [((3,), [0]), ((3,), [1]), ((2, 3), [0, 2]), ((2, 3), [1]), ((), [0]), ((0,), [1]), ((2,), [0, 1])],
)
each(
    "numpy.squeeze",
    [((1, 3),), ((1, 3, 1), 0), ((1, 3, 1), -1), ((1, 1),), ((3,),), ((1, 0),), ((1, 2, 1), [0, 2])],
)
each(
    "lax.squeeze",
    [
        ((1, 3), [0]),
        ((1, 3, 1), [0]),
        ((1, 3, 1), [-1]),
        ((1, 1), [0, 1]),
        ((3,), []),
        ((1, 0), [0]),
        ((1, 2, 1), [0, 2]),
    ],
)
each(
    "numpy.broadcastTo",
    [
        ((3,), [2, 3]),
        ((2, 1), [2, 3]),
        ((), [3]),
        ((1,), [0]),
        ((1, 1), [2, 2]),
        ((3,), 3),
        ((2, 1, 2), [3, 2, 4, 2]),
    ],
)
each(
    "lax.broadcast",
    [((3,), [2]), ((2, 1), [3]), ((), [3]), ((1,), [0]), ((2,), []), ((3,), [2, 1]), ((2, 2), [1])],
)
each(
    "lax.broadcastInDim",
    [
        ((3,), [2, 3], [1]),
        ((2,), [2, 3], [0]),
        ((), [3], []),
        ((1,), [0], [0]),
        ((2, 1), [2, 3], [0, 1]),
        ((2,), [2], [0]),
        ((1, 2), [3, 2, 2], [0, 2]),
    ],
)
each(
    "numpy.transpose",
    [((2, 3),), ((2, 3, 4), [1, 2, 0]), ((2, 3, 4), [0, -1, 1]), ((3,),), ((),), ((0, 2),), ((1, 1), [1, 0])],
)
each(
    "lax.transpose",
    [
        ((2, 3), [1, 0]),
        ((2, 3, 4), [1, 2, 0]),
        ((2, 3, 4), [0, 2, 1]),
        ((3,), [0]),
        ((), []),
        ((0, 2), [1, 0]),
        ((1, 1), [1, 0]),
    ],
)
each(
    "numpy.moveaxis",
    [
        ((2, 3, 4), 0, -1),
        ((2, 3, 4), 2, 0),
        ((2, 3, 4), [0, 1], [-1, -2]),
        ((2, 3), 0, 0),
        ((3,), 0, 0),
        ((0, 2), 0, 1),
        ((1, 1), 0, 1),
    ],
)
each(
    "numpy.swapaxes",
    [
        ((2, 3, 4), 0, -1),
        ((2, 3, 4), 1, 2),
        ((2, 3), 0, 1),
        ((3,), 0, 0),
        ((0, 2), 0, 1),
        ((1, 1), 0, 1),
        ((5, 2), -1, -2),
    ],
)
FLIPS = [((5,),), ((2, 3),), ((2, 3), 0), ((2, 3), -1), ((2, 3, 2), [0, 2]), ((1,),), ((0, 2), 0), ((),)]
each("numpy.flip", FLIPS)
each(
    "lax.rev",
    [
        ((5,), [0]),
        ((2, 3), [0, 1]),
        ((2, 3), [0]),
        ((2, 3), [-1]),
        ((2, 3, 2), [0, 2]),
        ((1,), [0]),
        ((0, 2), [0]),
    ],
)
each(
    "numpy.roll",
    [
        ((5,), 2),
        ((5,), -1),
        ((2, 3), 1),
        ((2, 3), 1, 0),
        ((2, 3), [1, 2], [0, 1]),
        ((2, 3), -7, -1),
        ((1,), 3),
        ((0,), 1),
        ((), 1),
    ],
)
each(
    "numpy.rot90",
    [
        ((2, 3),),
        ((2, 3), 2),
        ((2, 3), -1),
        ((2, 3, 2), 1, [1, 2]),
        ((2, 3), 0),
        ((1, 1),),
        ((0, 2), 3),
        ((2, 2), 5, [1, 0]),
    ],
)
each(
    "numpy.tile",
    [
        ((2,), 2),
        ((2,), [2, 1]),
        ((2, 2), [1, 2]),
        ((2, 1), 3),
        ((), 3),
        ((0,), 2),
        ((2,), [0]),
        ((1, 1), [2, 2, 2]),
    ],
)
each(
    "numpy.repeat",
    [
        ((2,), 2),
        ((3,), [1, 0, 2]),
        ((2, 3), 2, 0),
        ((2, 3), [2, 1], 0),
        ((2, 3), 2),
        ((), 3),
        ((0,), 2),
        ((1,), 4),
        ((2, 3), [1, 2, 0], -1),
    ],
)
each(
    "numpy.split",
    [
        ((6,), 3),
        ((6,), [1, 4]),
        ((2, 4), 2, 1),
        ((2, 4), [1, 2], -1),
        ((4,), 1),
        ((0,), 1),
        ((5,), [2, 2, 4]),
        ((3, 2), 3),
    ],
)

WIDTHS = [((3,), 1), ((3,), [1, 2]), ((2, 3), [[1, 0], [0, 2]]), ((2, 2), 1), ((), 0), ((1,), [0, 1])]
each("numpy.pad", [*WIDTHS, ((0,), 2)])
for mode in ["edge", "reflect", "symmetric", "wrap"]:
    each(
        "numpy.pad",
        [((4,), [2, 1], {"mode": mode}), ((2, 3), [[1, 0], [0, 2]], {"mode": mode})],
        ["float32", "float64"],
    )
cases("numpy.pad").add(f32(1.0, 2.0), 2, {"constantValues": 5})
cases("numpy.pad").add(i32(1, 2), [0, 2], {"mode": "constant", "constantValues": -1})
t = cases("lax.pad")
for shape, config in [
    ((3,), [[1, 2, 0]]), ((3,), [[0, 0, 1]]), ((3,), [[-1, 1, 0]]), ((2, 3), [[1, 0, 0], [0, 2, 1]]), ((), []),
    ((0,), [[2, 1, 0]]), ((4,), [[-1, -1, 2]]),
]:  # fmt: skip
    t.add(t.f32(shape), 0, config)
    t.add(t.f64(shape), t.f64(()), config)
    t.add(t.i32(shape), 7, config)
t.add(f32(1.0, 2.0), NAN, [[1, 1, 1]])

# joining ----------------------------------------------------------------------------------------------------

for name in ["concatenate", "stack", "hstack", "vstack"]:
    t = cases(f"numpy.{name}")
    axes = [[], [0], [-1], [1]] if name in ("concatenate", "stack") else [[], [], [], []]
    for n, shape in enumerate([(2, 3), (1, 2), (0, 2), (2, 2), (2, 3, 2), (1, 1)]):
        for k, axis in enumerate(axes):
            dtypes = [
                ["float32", "float32"],
                ["float64", "float32"],
                ["int32", "float32"],
                ["bool", "int32"],
            ][(n + k) % 4]
            t.add([t.of(dtype, shape) for dtype in dtypes], *axis)
    t.add([t.f32((3,)), t.f32((3,)), t.f32((3,))])
    t.add([t.i32((2,)), t.i32((2,))])
    if name != "stack":
        t.add([t.f32((2, 3)), t.f32((2, 3))])
    if name != "concatenate":
        t.add([t.f32(()), t.f32(()), 1])
t = cases("numpy.concatenate")
t.add([t.f32((2, 3)), t.f32((4,))], None)
t.add([t.f32((2, 3)), t.f32((2, 1))], 1)
t.add([[1, 2], t.f32((1,))])
t = cases("lax.concatenate")
for n, (shape, axis) in enumerate(
    [((3,), 0), ((2, 3), 0), ((2, 3), 1), ((1, 2), 1), ((0, 2), 0), ((2, 0), 1), ((2, 1, 2), 2)]
):
    for dtype in DTYPES:
        t.add([t.of(dtype, shape) for _ in range(1 + n % 3)], axis)

# lax: filling and fixed windows -----------------------------------------------------------------------------

t = cases("lax.iota")
for n in [0, 1, 2, 5, 17]:
    for dtype in ["float32", "float64", "int32", "uint32"]:
        t.add(dtype, n)
t = cases("lax.broadcastedIota")
for shape, axis in [([3], 0), ([2, 3], 0), ([2, 3], 1), ([1, 1], 1), ([0, 2], 0), ([2, 1, 3], 2)]:
    for dtype in ["float32", "float64", "int32", "uint32"]:
        t.add(dtype, shape, axis)
t = cases("lax.full")
s = cases("lax.fullLike")
for shape in [[3], [], [0], [2, 3], [1, 1]]:
    for dtype in ["float32", "float64", "int32", "uint32"]:
        t.add(shape, 2, dtype)
        s.add(s.of(dtype, tuple(shape)), 3)
t.add([2], INF)
each(
    "lax.slice",
    [
        ((5,), [1], [4]),
        ((5,), [0], [5], [2]),
        ((2, 3), [0, 1], [2, 3]),
        ((2, 3), [1, 0], [1, 3]),
        ((0,), [0], [0]),
        ((), [], []),
        ((2, 5), [0, 1], [2, 5], [1, 3]),
    ],
)
each(
    "lax.sliceInDim",
    [
        ((5,), 1, 4),
        ((5,), None, None),
        ((5,), -3, -1),
        ((2, 3), 1, 3, 1, 1),
        ((2, 6), 0, 6, 2, -1),
        ((0,), 0, 0),
        ((1,), 0, 1),
    ],
)
each(
    "lax.indexInDim",
    [
        ((5,), 1),
        ((5,), -1),
        ((2, 3), 0, 1),
        ((2, 3), 1, 0, False),
        ((2, 3), 2, -1, False),
        ((1,), 0),
        ((3, 1, 2), 1, 0),
    ],
)
