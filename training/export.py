"""Export the network as ONNX, with its description beside it, and check that both give the same answers."""

from __future__ import annotations

import hashlib
import json
import tempfile
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from torch import Tensor, nn

from ductoscope.detect.learned_eye import CARD, open_learned_eye
from ductoscope.model import RASTER_SIZE, place_pixels
from training.net import LookOut
from training.targets import MAPS, WORDS

FILE = "look_out.onnx"
LARGEST_BYTES = 5_000_000
_OPSET = 17
_SAME = 2e-3


class WholeEye(nn.Module):
    """The network from a raster's own arrays, light (S, S, 3) and seen (S, S), to chances and millimetres."""

    def __init__(self, net: LookOut) -> None:
        super().__init__()
        self.net = net

    def forward(self, light: Tensor, seen: Tensor) -> tuple[Tensor, Tensor]:
        """Maps (5, S, S) and chances (8,)."""
        root = light.clamp(0.0, 4.0).sqrt().permute(2, 0, 1)
        maps, words = self.net(torch.cat([root * seen[None], seen[None]], 0)[None])
        maps = torch.cat([maps[:, :1].clamp(-3.0, 4.0).exp(), maps[:, 1:].sigmoid()], 1)
        return maps[0], words[0].softmax(0)


def export(net: LookOut, folder: Path, name: str) -> Path:
    """Write the model and its description into `folder`; the model's path.

    Raises ValueError when it would be too large, or ONNX Runtime answers otherwise than torch.
    """
    eye = WholeEye(net.cpu()).eval()
    light, seen = torch.zeros(RASTER_SIZE, RASTER_SIZE, 3), torch.zeros(RASTER_SIZE, RASTER_SIZE)
    with tempfile.TemporaryDirectory() as scratch:
        written = Path(scratch) / FILE
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.onnx.export(
                eye,
                (light, seen),
                str(written),
                input_names=["light", "seen"],
                output_names=["maps", "chances"],
                opset_version=_OPSET,
                dynamo=False,
            )
        model = onnx.load(written)
    onnx.checker.check_model(model)
    # Names of this machine's files and of who exported it tell nobody anything.
    model.producer_name, model.producer_version, model.doc_string = "ductoscope", "", name
    for node in model.graph.node:
        node.doc_string = ""
    content = model.SerializeToString(deterministic=True)
    if len(content) > LARGEST_BYTES:
        raise ValueError(f"The model has {len(content)} bytes, more than {LARGEST_BYTES}.")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE
    path.write_bytes(content)
    card = {
        "name": name,
        "file": FILE,
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "words": WORDS,
        "maps": MAPS,
    }
    (folder / CARD).write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    compare(eye, folder)
    return path


def compare(eye: WholeEye, folder: Path) -> float:
    """Largest difference between torch and ONNX Runtime on a few pictures. Raises ValueError when it is not small."""
    session = open_learned_eye(folder=folder).session
    seen = (np.hypot(*np.moveaxis(place_pixels(), -1, 0)) <= 1.0).astype(np.float32)
    rng = np.random.default_rng(1)
    worst = 0.0
    for _ in range(4):
        rough = rng.uniform(0.0, 1.5, (6, 6, 3)).astype(np.float32)
        light = np.kron(rough, np.ones((16, 16, 1), np.float32)) * seen[..., None]
        with torch.no_grad():
            wanted = eye(torch.from_numpy(light), torch.from_numpy(seen))
        told = session.run(["maps", "chances"], {"light": light, "seen": seen})
        worst = max(worst, *(float(np.abs(a - b.numpy()).max()) for a, b in zip(told, wanted, strict=True)))
    if worst > _SAME:
        raise ValueError(f"ONNX Runtime differs from torch by {worst:.4f}.")
    return worst
