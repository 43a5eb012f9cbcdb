"""The network: a small U-Net that tells maps and the view's word from one raster.

Most of it works at a half and a quarter of the raster's size, where 3,000 cores still have all that they know. It is
convolutional but for the word, mirrors and turns are learned from turned pictures, and all of its operations are
plain ones that ONNX has had for years.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.targets import MAPS, WORDS

CHANNELS = 6
"""What goes in: square root of light (3), two colour ratios, seen."""
_LEVELS = (0.2, 0.4, 0.7, 0.99)
"""Of the square root of light; above the last a pixel is saturated."""
SIGNS = 2 * 5 + len(_LEVELS)


class Block(nn.Module):
    """A convolution, its normalisation and a rectifier."""

    def __init__(self, fed: int, gives: int, stride: int = 1) -> None:
        super().__init__()
        self.convolve = nn.Conv2d(fed, gives, 3, stride=stride, padding=1, bias=False)
        self.normalise = nn.BatchNorm2d(gives)

    def forward(self, fed: Tensor) -> Tensor:
        """(B, fed, H, W) -> (B, gives, H, W), or half of it."""
        return functional.relu(self.normalise(self.convolve(fed)))


class LookOut(nn.Module):
    """(B, 4, 96, 96) sqrt light and seen -> maps (B, 5, 96, 96), words (B, 8).

    The first map is the logarithm of the distance in mm; the others are logits, as the words are.
    """

    def __init__(self, width: int = 16) -> None:
        super().__init__()
        w = width
        self.at_half = nn.Sequential(Block(CHANNELS * 4, w + 8))
        self.at_quarter = nn.Sequential(Block(w + 8, 2 * w, 2), Block(2 * w, 2 * w))
        self.at_eighth = nn.Sequential(Block(2 * w, 4 * w, 2), Block(4 * w, 4 * w))
        self.at_sixteenth = nn.Sequential(Block(4 * w, 6 * w, 2), Block(6 * w, 6 * w))
        self.whole = nn.Sequential(nn.Linear(12 * w + 2 * (w + 8) + SIGNS, 4 * w), nn.ReLU())
        self.words = nn.Linear(4 * w, len(WORDS))
        self.tell = nn.Linear(4 * w, 6 * w)
        self.from_sixteenth = Block(10 * w, 4 * w)
        self.from_eighth = Block(6 * w, 2 * w)
        self.from_quarter = Block(3 * w + 8, w + 8)
        self.maps = nn.Conv2d(w + 8, len(MAPS) * 4, 1)

    def forward(self, picture: Tensor) -> tuple[Tensor, Tensor]:
        """Maps and words, as the class says."""
        root, seen = picture[:, :3], picture[:, 3:]
        # Ratios of colours do not change with brightness; 0.05 keeps black from being noise.
        ratios = torch.cat([root[:, 0:1] / (root[:, 1:2] + 0.05), root[:, 2:3] / (root[:, 1:2] + 0.05)], 1) - 1.0
        fed = torch.cat([root * 2.0 - 1.0, ratios, seen], 1) * seen
        half = self.at_half(functional.pixel_unshuffle(fed, 2))
        quarter = self.at_quarter(half)
        eighth = self.at_eighth(quarter)
        sixteenth = self.at_sixteenth(eighth)
        deep, shallow = (torch.cat([each.mean((2, 3)), each.amax((2, 3))], 1) for each in (sixteenth, half))
        whole = self.whole(torch.cat([deep, shallow, self._read_signs(root, ratios, seen)], 1))
        up = sixteenth + self.tell(whole)[:, :, None, None]
        up = self.from_sixteenth(torch.cat([self._double(up), eighth], 1))
        up = self.from_eighth(torch.cat([self._double(up), quarter], 1))
        up = self.from_quarter(torch.cat([self._double(up), half], 1))
        return functional.pixel_shuffle(self.maps(up), 2), self.words(whole)

    @staticmethod
    def _read_signs(root: Tensor, ratios: Tensor, seen: Tensor) -> Tensor:
        """What plain averages tell: shares that are white and bright, light and its spread, colour and its spread."""
        area = seen.sum((2, 3)).clamp(min=1.0)
        darkest = root.amin(1, keepdim=True)
        shown = torch.cat([root, ratios], 1)
        mean = (shown * seen).sum((2, 3)) / area
        spread = (((shown - mean[:, :, None, None]) ** 2 * seen).sum((2, 3)) / area + 1e-6).sqrt()
        shares = [(((darkest - level) * 40.0).sigmoid() * seen).sum((2, 3)) / area for level in _LEVELS]
        return torch.cat([mean, spread, *shares], 1) * 2.0 - 1.0

    @staticmethod
    def _double(fed: Tensor) -> Tensor:
        return functional.interpolate(fed, scale_factor=2.0, mode="nearest")
