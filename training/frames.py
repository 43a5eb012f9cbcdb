"""The drawn frames in memory, and batches of them: turned, mirrored, tinted, brightened and made noisy."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from training.targets import FARTHEST_MM, NEAREST_MM, WORDS

BUBBLE, WHITE_OUT = WORDS.index("bubble"), WORDS.index("white-out")
_WHITE_SHARE = 0.4
"""A picture is white-out when so much of it is saturated (docs/reference/truth.md)."""
_RARER = 0.5
"""A word that is n times rarer than the commonest is drawn n to this power oftener than it comes by itself."""


@dataclass(frozen=True, slots=True)
class Frames:
    """Frames with their truth, packed.

    light: (F, 3, S, S) half. maps: (F, 6, S, S) uint8: distance, 45 levels for each e-fold above NEAREST_MM, then
    mouth, edge, spot, clear and seen, 255 is 1. word, beneath: (F,) rows of WORDS.
    """

    light: Tensor
    maps: Tensor
    word: Tensor
    beneath: Tensor

    def __len__(self) -> int:
        return len(self.word)


_LEVELS = 45.0


def read_frames(worlds: Sequence[Path]) -> Frames:
    """Read the worlds' files into memory."""
    light, maps, word, beneath = [], [], [], []
    for path in worlds:
        with np.load(path) as world:
            count = len(world["word"])
            light.append(torch.from_numpy(world["light"].transpose(0, 3, 1, 2).copy()))
            distance = np.clip(world["distance"].astype(np.float32), NEAREST_MM, FARTHEST_MM)
            seen = np.broadcast_to(np.uint8(255) * world["seen"], (count, *world["seen"].shape))
            levels = np.rint(_LEVELS * np.log(distance / NEAREST_MM)).astype(np.uint8)
            layers = [levels, *(world[name] for name in ("mouth", "edge", "spot", "clear")), seen]
            maps.append(torch.from_numpy(np.stack(layers, axis=1)))
            word.append([WORDS.index(each) for each in world["word"]])
            beneath.append([WORDS.index(each) for each in world["beneath"]])
    return Frames(
        torch.cat(light), torch.cat(maps), torch.tensor(np.concatenate(word)), torch.tensor(np.concatenate(beneath))
    )


def weigh_frames(frames: Frames) -> Tensor:
    """How often (F,) each frame is drawn, against the others."""
    counts = torch.bincount(frames.word, minlength=len(WORDS)).clamp(min=1).double()
    return (counts.max() / counts).pow(_RARER)[frames.word]


def draw_batch(frames: Frames, chosen: Tensor, rng: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
    """Pictures (B, 4, S, S), maps (B, 6, S, S) and words (B,) of the chosen frames, changed as no frame was before."""
    count = len(chosen)
    light, maps = frames.light[chosen].float(), frames.maps[chosen].float()
    maps = torch.cat([maps[:, :1] / _LEVELS + math.log(NEAREST_MM), maps[:, 1:] / 255.0], 1)
    light, maps = _turn(light, maps, rng)
    light = _tint(light, rng)
    seen = (maps[:, 5:] > 0.5).float()
    maps = torch.cat([maps[:, :5], seen], 1)
    white = (light.amin(1, keepdim=True) >= 1.0).float() * seen
    is_white = white.sum((1, 2, 3)) >= _WHITE_SHARE * seen.sum((1, 2, 3))
    word = torch.where(is_white, torch.full((count,), WHITE_OUT), frames.beneath[chosen])
    word = torch.where(frames.word[chosen] == BUBBLE, frames.word[chosen], word)
    noise = torch.randn(light.shape, generator=rng) * _uniform((count, 1, 1, 1), 0.0, 0.03, rng)
    light = (light + noise * light.clamp(min=0.01).sqrt()).clamp(0.0, 4.0) * seen
    return torch.cat([light.sqrt(), seen], 1), maps, word


def _uniform(shape: tuple[int, ...], low: float, high: float, rng: torch.Generator) -> Tensor:
    return low + (high - low) * torch.rand(shape, generator=rng)


def _turn(light: Tensor, maps: Tensor, rng: torch.Generator) -> tuple[Tensor, Tensor]:
    """Turn by any angle, mirror, and zoom a little: the picture of a duct has no up."""
    count = len(light)
    angle = _uniform((count,), 0.0, 2.0 * math.pi, rng)
    zoom = torch.exp(0.06 * torch.randn(count, generator=rng))
    mirror = torch.where(torch.rand(count, generator=rng) < 0.5, 1.0, -1.0)
    cos, sin, none = torch.cos(angle) * zoom, torch.sin(angle) * zoom, torch.zeros(count)
    affine = torch.stack([torch.stack([cos * mirror, -sin, none], 1), torch.stack([sin * mirror, cos, none], 1)], 1)
    grid = functional.affine_grid(affine, list(light.shape), align_corners=False)
    seen = maps[:, 5:6]
    turned = functional.grid_sample(torch.cat([light * seen, maps], 1), grid, align_corners=False)
    share = turned[:, 8:9].clamp(min=1e-3)
    # What was outside the rim must not darken what is inside.
    inside = torch.cat([turned[:, :3] / share, turned[:, 3:4], turned[:, 4:8]], 1)
    rim = (turned[:, 8:9] > 0.6).float()
    return inside[:, :3], torch.cat([inside[:, 3:] * rim, rim], 1)


def _tint(light: Tensor, rng: torch.Generator) -> Tensor:
    """Another lamp, another camera, another tissue: brightness, white balance, saturation and a mix of colours."""
    count = len(light)
    light = light * torch.exp(0.15 * torch.randn((count, 1, 1, 1), generator=rng))
    light = light * torch.exp(0.1 * torch.randn((count, 3, 1, 1), generator=rng))
    mix = torch.eye(3) + 0.05 * torch.randn((count, 3, 3), generator=rng)
    light = torch.einsum("bij,bjhw->bihw", mix, light).clamp(min=0.0)
    grey = light.mean(1, keepdim=True)
    return (grey + (light - grey) * _uniform((count, 1, 1, 1), 0.6, 1.4, rng)).clamp(min=0.0)
