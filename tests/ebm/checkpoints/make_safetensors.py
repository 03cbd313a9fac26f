"""Writes goldens/python.safetensors with Python's safetensors, and goldens/python.json, which says what is in it.

    pip install safetensors numpy && python tests/ebm/checkpoints/make_safetensors.py
"""

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

folder = Path(__file__).parent / "goldens"
rng = np.random.default_rng(0)
nan = np.array([0x7FC0_1234, 0xFFC0_0001], dtype=np.uint32).view(np.float32)  # not-a-numbers with payloads
tensors = {
    "params/0/w": rng.normal(size=(2, 3)).astype(np.float32),
    "params/0/b": np.array([-0.0, np.inf, *nan], dtype=np.float32),
    "mean": np.array([1 / 3, -1e-310]),
    "step": np.array(-7, dtype=np.int32),
    "key": np.array([0, 0xFFFF_FFFF], dtype=np.uint32),
    "mask": np.array([[True], [False], [True]]),
    "none": np.zeros((0, 4), dtype=np.float32),
    "größe 🙂": np.array([1.5], dtype=np.float64),
}
metadata = {"config": '{"seed": 0}', "größe": "🙂", "format": "np"}

folder.mkdir(exist_ok=True)
save_file(tensors, folder / "python.safetensors", metadata)
listing = {
    name: {"dtype": str(x.dtype), "shape": list(x.shape), "bytes": x.tobytes().hex()} for name, x in tensors.items()
}
text = json.dumps({"tensors": listing, "metadata": metadata}, indent=2, ensure_ascii=False)
(folder / "python.json").write_text(text + "\n", encoding="utf-8")
