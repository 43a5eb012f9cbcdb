"""Learn: fit the network to the drawn frames, keeping a checkpoint now and then, so that it can go on after a stop."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from training.frames import Frames, draw_batch, weigh_frames
from training.net import LookOut
from training.targets import MAPS, WORDS

SEED = 20_261_123
BATCH = 24
FASTEST = 3e-3
_CALM = 0.01
_AVERAGED = 60
"""Steps over which the weights that are kept in the end are averaged."""
_RARE = {"edge": 3.0, "spot": 4.0}
"""What is rare in a picture weighs more where it is."""
_CHECKPOINT_S = 120.0


def learn(read_all: Callable[[], Frames], checkpoint: Path, steps: int, say: Callable[[str], None]) -> LookOut:
    """Train for `steps` steps in all, going on from `checkpoint` when it is there; the averaged network.

    read_all: reads the frames, and is asked again after every checkpoint, when more may have been drawn.
    """
    torch.manual_seed(SEED)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    # Convolutions on a processor go a fifth faster with colours last.
    net = LookOut().to(device, memory_format=torch.channels_last)
    averaged = LookOut().to(device)
    averaged.load_state_dict(net.state_dict())
    optimiser = torch.optim.AdamW(net.parameters(), lr=FASTEST, weight_decay=1e-2)
    first = 0
    if checkpoint.exists():
        kept = torch.load(checkpoint, map_location=device, weights_only=True)
        net.load_state_dict(kept["net"])
        averaged.load_state_dict(kept["averaged"])
        optimiser.load_state_dict(kept["optimiser"])
        first = int(kept["step"])
        say(f"going on from step {first}")
    frames = read_all()
    kept_at, losses = time.monotonic(), []
    for step in range(first, steps):
        rng = torch.Generator().manual_seed(SEED + step)
        chosen = torch.multinomial(weigh_frames(frames), BATCH, replacement=True, generator=rng)
        picture, maps, word = (each.to(device) for each in draw_batch(frames, chosen, rng))
        for group in optimiser.param_groups:
            group["lr"] = _pace(step, steps)
        net.train()
        loss = weigh_misses(*net(picture), maps, word)
        optimiser.zero_grad()
        loss.sum().backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 2.0)
        optimiser.step()
        _average(averaged, net, min(1.0 - 1.0 / _AVERAGED, (step + 1.0) / (step + 10.0)))
        losses.append(loss.detach().cpu())
        is_last = step + 1 == steps
        if time.monotonic() - kept_at > _CHECKPOINT_S or is_last:
            mean = zip((*MAPS, "word"), torch.stack(losses).mean(0).tolist(), strict=True)
            say(f"{step + 1}/{steps}, {len(frames)} frames: " + ", ".join(f"{name} {off:.3f}" for name, off in mean))
            _keep(checkpoint, net, averaged, optimiser, step + 1)
            frames = frames if is_last else read_all()
            kept_at, losses = time.monotonic(), []
    return averaged.eval()


def weigh_misses(told: Tensor, words: Tensor, maps: Tensor, word: Tensor) -> Tensor:
    """How far the answers are off: distance, mouth, edge, spot, clear, word (6,)."""
    seen, clear = maps[:, 5], maps[:, 4]
    inside = seen / seen.sum((1, 2), keepdim=True).clamp(min=1.0)
    # What fluid hides can only be guessed.
    visible = seen * (0.1 + 0.9 * clear)
    visible = visible / visible.sum((1, 2), keepdim=True).clamp(min=1.0)
    off = told[:, 0] - maps[:, 0]
    middle = (off * visible).sum((1, 2), keepdim=True)
    distance = (visible * (0.4 * off.abs() + (off - middle).abs())).sum((1, 2)).mean()
    misses = [2.0 * distance]
    for k, (name, weight) in enumerate((("mouth", 1.0), ("edge", 1.5), ("spot", 2.5), ("clear", 1.0)), start=1):
        rare = 1.0 + (_RARE.get(name, 1.0) - 1.0) * maps[:, k]
        miss = functional.binary_cross_entropy_with_logits(told[:, k], maps[:, k], reduction="none")
        misses.append(weight * (inside * rare * miss).sum((1, 2)).mean())
    misses.append(functional.cross_entropy(words, word, label_smoothing=0.02))
    return torch.stack(misses)


def _pace(step: int, steps: int) -> float:
    """Learning rate: up quickly, then down along a cosine."""
    warm = min(1.0, (step + 1) / max(0.05 * steps, 1.0))
    return FASTEST * warm * (_CALM + (1.0 - _CALM) * 0.5 * (1.0 + math.cos(math.pi * step / steps)))


@torch.no_grad()
def _average(averaged: LookOut, net: LookOut, keeps: float) -> None:
    for old, new in zip(averaged.state_dict().values(), net.state_dict().values(), strict=True):
        if old.dtype.is_floating_point:
            old.lerp_(new, 1.0 - keeps)
        else:
            old.copy_(new)


def _keep(path: Path, net: LookOut, averaged: LookOut, optimiser: torch.optim.Optimizer, step: int) -> None:
    hidden = path.with_name(f".{path.name}")
    state = {"net": net.state_dict(), "averaged": averaged.state_dict(), "optimiser": optimiser.state_dict()}
    torch.save(state | {"step": step, "words": list(WORDS)}, hidden)
    hidden.rename(path)
