"""Turn one CoreImage into few bytes and back, exactly."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import zstandard
from numpy.typing import NDArray

from ductoscope.model import (
    BadFileError,
    BadInputError,
    CalibrationFit,
    CoreImage,
    decode_light,
    encode_light,
)

Codes = NDArray[np.int16]

_HEAD = struct.Struct("<qqBddIdHII")
_IS_SHIFTED, _HAS_VALID, _HAS_ADVICE = 1, 2, 4
_LEVEL = 1


@dataclass(frozen=True, slots=True)
class CodecState:
    """The frame before, from which the next one is predicted.

    codes: (N, C) int16 light codes.
    valid: (N,) bool.
    """

    codes: Codes
    valid: NDArray[np.bool_]


def encode_frame(image: CoreImage, previous: CodecState | None) -> tuple[bytes, CodecState]:
    """Pack a core image, predicted from the one before, or by itself when `previous` is None.

    Returns the bytes and the state for the next frame. Raises BadInputError on light that is not a number or
    outside -200..200, where the codes end.
    """
    if not np.all(np.abs(image.light_lin) <= 200.0):
        raise BadInputError(
            f"Frame {image.index} holds light outside -200..200 (1 is white), which cannot be recorded. "
            "Recalibrate: a core's gain is far too small."
        )
    state = CodecState(encode_light(image.light_lin), np.array(image.valid, dtype=bool))
    has_valid = previous is None or not np.array_equal(previous.valid, state.valid)
    advice = (image.fit.advice or "").encode()[:60_000]
    flags = _IS_SHIFTED * image.fit.is_shifted + _HAS_VALID * has_valid + _HAS_ADVICE * (image.fit.advice is not None)
    low, high = _split_residual(_predict(state.codes, previous))
    packer = zstandard.ZstdCompressor(level=_LEVEL)
    low_packed, high_packed = packer.compress(low), packer.compress(high)
    head = _HEAD.pack(
        image.index,
        image.t_ns,
        flags,
        *image.fit.shift_xy_px,
        image.fit.new_dark,
        image.fit.colour_drift,
        len(advice),
        len(low_packed),
        len(high_packed),
    )
    bits = np.packbits(state.valid).tobytes() if has_valid else b""
    return b"".join((head, advice, bits, low_packed, high_packed)), state


def decode_frame(
    payload: bytes, previous: CodecState | None, cores: int, channels: int
) -> tuple[CoreImage, CodecState]:
    """Unpack what `encode_frame` made from the same `previous`.

    Raises BadFileError when the bytes cannot be a frame of this shape; never takes more memory than such a frame.
    """
    try:
        return _decode(payload, previous, cores, channels)
    except (struct.error, zstandard.ZstdError, ValueError) as error:
        raise BadFileError(f"A recorded frame is damaged ({error}); it cannot be shown.") from error


def read_times(payload: bytes) -> tuple[int, int]:
    """Frame index and t_ns of a packed frame, without unpacking it. Raises struct.error when it is too short."""
    index, t_ns, *_ = _HEAD.unpack_from(payload)
    return int(index), int(t_ns)


def _decode(payload: bytes, previous: CodecState | None, cores: int, channels: int) -> tuple[CoreImage, CodecState]:
    index, t_ns, flags, dx_px, dy_px, new_dark, drift, advice_size, low_size, high_size = _HEAD.unpack_from(payload)
    has_valid = bool(flags & _HAS_VALID)
    bits_size = (cores + 7) // 8 if has_valid else 0
    ends = np.cumsum([_HEAD.size, advice_size, bits_size, low_size, high_size]).tolist()
    if ends[-1] != len(payload):
        raise ValueError("its parts do not add up")
    advice, bits, low_packed, high_packed = (payload[a:b] for a, b in pairwise(ends))
    if has_valid:
        valid = np.unpackbits(np.frombuffer(bits, np.uint8), count=cores).astype(bool)
    elif previous is not None:
        valid = previous.valid
    else:
        raise ValueError("it does not say which cores are valid")
    size = cores * channels
    residual = _join_residual(_unpack(low_packed, size), _unpack(high_packed, size)).reshape(cores, channels)
    codes = _restore_codes(residual, previous)
    fit = CalibrationFit(
        shift_xy_px=(dx_px, dy_px),
        is_shifted=bool(flags & _IS_SHIFTED),
        new_dark=new_dark,
        colour_drift=drift,
        advice=advice.decode() if flags & _HAS_ADVICE else None,
    )
    image = CoreImage(index=index, t_ns=t_ns, light_lin=decode_light(codes), valid=valid, fit=fit)
    return image, CodecState(codes, valid)


def _unpack(packed: bytes, size: int) -> NDArray[np.uint8]:
    # A zstd frame states its own size; believing it would let ten bytes ask for gigabytes.
    if zstandard.frame_content_size(packed) != size:
        raise ValueError("a plane has another size than the table")
    plane = zstandard.ZstdDecompressor().decompress(packed, allow_extra_data=False)
    return np.frombuffer(plane, np.uint8)


def _predict(codes: Codes, previous: CodecState | None) -> Codes:
    """Residual against the frame before, or against the core before in the table; int16 wraps, so it is exact.

    Red and blue change much as green does, so theirs is taken against green's: a tenth of the bytes.
    """
    if previous is not None:
        residual = codes - previous.codes
    else:
        residual = np.diff(codes, axis=0, prepend=np.zeros((1, codes.shape[1]), np.int16))
    if residual.shape[1] == 3:
        residual[:, ::2] -= residual[:, 1:2]
    return residual


def _restore_codes(residual: Codes, previous: CodecState | None) -> Codes:
    """Undo `_predict`; changes `residual`."""
    if residual.shape[1] == 3:
        residual[:, ::2] += residual[:, 1:2]
    if previous is not None:
        return residual + previous.codes
    return np.cumsum(residual, axis=0, dtype=np.int16)


def _split_residual(residual: Codes) -> tuple[bytes, bytes]:
    """Zigzag (0, -1, 1, -2, ... become 0, 1, 2, 3, ...), then low bytes and high bytes apart."""
    zigzag = ((residual << 1) ^ (residual >> 15)).view(np.uint16).ravel()
    return (zigzag & 255).astype(np.uint8).tobytes(), (zigzag >> 8).astype(np.uint8).tobytes()


def _join_residual(low: NDArray[np.uint8], high: NDArray[np.uint8]) -> Codes:
    zigzag = low.astype(np.uint16) | (high.astype(np.uint16) << 8)
    return ((zigzag >> 1) ^ (-(zigzag & 1).astype(np.int16)).view(np.uint16)).view(np.int16)
