"""A tower of another maker: simulated ductoscopy recorded the way old towers did, with the truth beside it.

It draws what the fibre bundle shows at each moment (each field, when interlaced), puts the maker's text and logo
around it, squeezes it into the stored pixels, and lets the real ffmpeg encode it.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from ductoscope.live.cut_disc import DiscCut
from ductoscope.live.video_file import open_video
from ductoscope.model import FloatArray, PictureArray, Rim
from ductoscope.record import open_recording
from ductoscope.restore import plan_restore, render
from ductoscope.simulate.instrument.camera import CameraSettings, camera_picture, true_centres_px, white_picture
from ductoscope.simulate.instrument.fibre import FibreBundle, FibreSettings, SceneWindow, make_fibre, see_scene


@dataclass(frozen=True)
class Tower:
    """What kind of recording the other maker's tower made.

    height_px, width_px: of its screen, with square pixels. stored_width_px: as stored (anamorphic when different).
    first_field: None for progressive. speed: of the tip, in radii of the disc a second.
    overlay: text and logo beside the disc, and a clock that changes. encoder: ffmpeg's output options.
    black_s, white_s: black lead-in, and a white balance after it. jump_px: the disc jumps there half-way.
    """

    encoder: tuple[str, ...] = ("-c:v", "libx264", "-crf", "14", "-pix_fmt", "yuv420p")
    height_px: int = 720
    width_px: int = 1280
    stored_width_px: int | None = None
    cores: int = 3000
    disc_fraction: float = 0.8
    offset_px: tuple[float, float] = (40.3, -12.6)
    fps: int = 25
    seconds: float = 2.0
    first_field: Literal["top", "bottom"] | None = None
    speed: float = 0.5
    overlay: bool = True
    black_s: float = 0.0
    card_s: float = 0.0
    white_s: float = 0.0
    jump_px: tuple[float, float] = (0.0, 0.0)
    zoom: float = 1.0
    seed: int = 7

    @property
    def camera(self) -> CameraSettings:
        """The tower's camera."""
        return CameraSettings(
            height_px=self.height_px,
            width_px=self.width_px,
            disc_fraction=self.disc_fraction,
            offset_px=self.offset_px,
            exposure=0.55,
            bayer=False,
        )

    @property
    def fibre(self) -> FibreBundle:
        """Its fibre bundle."""
        return _make_fibre(self.cores, self.seed)

    @property
    def scene(self) -> NDArray[np.float32]:
        """What lies before the tip: a pink wall with folds and vessels, larger than the field of view."""
        return _paint_scene(self.seed)

    @property
    def moments(self) -> int:
        """Number of moments: fields when interlaced, else pictures."""
        return round(self.seconds * self.fps) * (2 if self.first_field else 1)

    @property
    def disc(self) -> Rim:
        """The true disc, with square pixels."""
        lens = self.camera.lens
        return Rim(*lens.centre_xy_px, lens.radius_px)

    def true_cores_px(self) -> NDArray[np.float64]:
        """Where the cores truly lie, with square pixels."""
        return true_centres_px(self.fibre, self.camera)

    def window(self, moment: int) -> SceneWindow:
        """Where the tip looks at a moment: it goes round and to and fro."""
        t = moment / (self.fps * (2 if self.first_field else 1))
        swing = self.speed / 1.5
        return SceneWindow(
            shift_xy=(0.45 * np.sin(swing * t * 3.1), 0.45 * np.cos(swing * t * 2.3)),
            scale=0.5,
            rotation_deg=20 * swing * t,
        )

    def true_picture(self, moment: int, size_px: int, rim: Rim) -> PictureArray:
        """What a perfect fibre would show inside a rim's bounding square."""
        axis = (np.arange(size_px) + 0.5) / size_px * 2 - 1
        scale = rim.radius_px / self.disc.radius_px
        off = np.array([rim.x_px - self.disc.x_px, rim.y_px - self.disc.y_px]) / self.disc.radius_px
        x, y = np.meshgrid(axis * scale + off[0], axis * scale + off[1])
        at = self.window(moment).scene_of(np.stack([x.ravel(), y.ravel()], axis=1))
        side = self.scene.shape[0]
        map_xy = ((at + 1) * side / 2 - 0.5).astype(np.float32).reshape(size_px, size_px, 2)
        seen = cv2.remap(
            self.scene, map_xy[:, :, 0], map_xy[:, :, 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        return np.clip(255 * seen, 0, 255).astype(np.uint8)

    def screen(self, moment: int) -> PictureArray:
        """The tower's screen at a moment, (height_px, width_px, 3), progressive and square."""
        rng = np.random.default_rng((self.seed, moment))
        share = moment / (self.fps * (2 if self.first_field else 1))
        camera = self.camera
        if moment >= self.moments // 2:
            camera = replace(
                camera,
                offset_px=(camera.offset_px[0] + self.jump_px[0], camera.offset_px[1] + self.jump_px[1]),
                disc_fraction=camera.disc_fraction * self.zoom,
            )
        if share < self.black_s:
            picture = np.zeros((self.height_px, self.width_px, 3), np.uint8)
        elif share < self.black_s + self.card_s:
            picture = np.zeros((self.height_px, self.width_px, 3), np.uint8)
            for line, text in enumerate(("PATIENT: DOE, JANE", "BORN 01.02.1960", "ST. ELSEWHERE")):
                at = (self.width_px // 3, self.height_px // 2 + 60 * line)
                cv2.putText(picture, text, at, cv2.FONT_HERSHEY_SIMPLEX, 1.4, (240, 240, 240), 3, cv2.LINE_AA)
        elif share < self.black_s + self.card_s + self.white_s:
            picture = np.array(white_picture(self.fibre, camera, rng))
        else:
            picture = np.array(
                camera_picture(_see(self.cores, self.seed, self.window(moment)), self.fibre, camera, rng)
            )
        if self.overlay:
            self._write_overlay(picture, share)
        return picture

    def _write_overlay(self, picture: PictureArray, seconds: float) -> None:
        white = (235, 235, 235)
        size = self.height_px / 720
        for line, text in enumerate(("DOE, JANE", "*1960-02-01", f"00:00:{seconds:05.2f}", "GAIN +6")):
            at = (round(12 * size), round((40 + 32 * line) * size))
            cv2.putText(picture, text, at, cv2.FONT_HERSHEY_SIMPLEX, 0.8 * size, white, round(2 * size), cv2.LINE_AA)
        corner = (self.width_px - round(110 * size), self.height_px - round(60 * size))
        cv2.rectangle(picture, corner, (self.width_px - 8, self.height_px - 8), (30, 90, 220), -1)
        cv2.putText(
            picture,
            "MAKER",
            (corner[0] + 6, corner[1] + round(34 * size)),
            cv2.FONT_HERSHEY_SIMPLEX,
            0.8 * size,
            white,
            2,
        )

    def stored(self) -> Iterator[PictureArray]:
        """The pictures as stored: squeezed, and woven from two moments when interlaced."""
        width = self.stored_width_px or self.width_px

        def squeeze(moment: int) -> PictureArray:
            return cv2.resize(self.screen(moment), (width, self.height_px), interpolation=cv2.INTER_LINEAR)

        if self.first_field is None:
            yield from (squeeze(moment) for moment in range(self.moments))
            return
        first = 0 if self.first_field == "top" else 1
        for moment in range(0, self.moments, 2):
            woven = squeeze(moment + 1)
            woven[first::2] = squeeze(moment)[first::2]
            yield woven

    def record(self, path: Path) -> Path:
        """Let ffmpeg encode it."""
        width = self.stored_width_px or self.width_px
        command = [
            "ffmpeg",
            "-v",
            "error",
            "-y",
            "-f",
            "rawvideo",
            "-pix_fmt",
            "rgb24",
            "-s",
            f"{width}x{self.height_px}",
        ]
        command += ["-r", str(self.fps), "-i", "-", *self.encoder, str(path)]
        with subprocess.Popen(command, stdin=subprocess.PIPE) as ffmpeg:
            assert ffmpeg.stdin is not None
            for picture in self.stored():
                ffmpeg.stdin.write(np.ascontiguousarray(picture).tobytes())
            ffmpeg.stdin.close()
            assert ffmpeg.wait(timeout=120) == 0
        return path


# Towers that differ only in their camera or their encoder see the same; seeing it takes most of a tower's time.
@cache
def _make_fibre(cores: int, seed: int) -> FibreBundle:
    return make_fibre(np.random.default_rng(seed), FibreSettings(cores=cores))


@cache
def _paint_scene(seed: int) -> NDArray[np.float32]:
    rng = np.random.default_rng(seed + 1)
    side = 900
    relief = sum(
        cv2.resize(rng.standard_normal((n, n)).astype(np.float32), (side, side), interpolation=cv2.INTER_CUBIC) / n**0.6
        for n in (6, 14, 40, 90)
    )
    relief = np.clip(0.5 + 0.9 * relief, 0, 1)
    vessels = np.zeros((side, side), np.float32)
    for _ in range(40):
        walk = np.cumsum(rng.normal(0, 9, (40, 2)), axis=0) + rng.uniform(0, side, 2)
        cv2.polylines(vessels, [walk.astype(np.int32)], False, 1.0, int(rng.integers(2, 6)), cv2.LINE_AA)
    colour = np.array([0.85, 0.55, 0.45]) * (0.25 + 0.75 * relief[:, :, None])
    return (colour * (1 - 0.6 * vessels[:, :, None] * np.array([0.3, 1, 1]))).astype(np.float32)


@cache
def _see(cores: int, seed: int, window: SceneWindow) -> FloatArray:
    return see_scene(_make_fibre(cores, seed), _paint_scene(seed), window=window)


MPEG2 = ("-c:v", "mpeg2video", "-b:v", "8M", "-pix_fmt", "yuv420p", "-g", "12")
PAL = Tower(height_px=576, width_px=768, stored_width_px=720, disc_fraction=0.78, offset_px=(60.4, 3.2), cores=3000)


@dataclass(frozen=True)
class Judgement:
    """How near an imported recording comes to the truth.

    recall: share of the true living cores that have a calibrated one within a third of a pitch.
    false: share of calibrated cores that have no true one there. place_px: rms distance of the matched.
    centre_px, radius_px: error of the disc. restored_db, raw_db: PSNR against a perfect fibre's picture, of the
    restored picture and of the video's own, each with its best brightness per colour.
    """

    recall: float
    false: float
    place_px: float
    centre_px: float
    radius_px: float
    restored_db: float
    raw_db: float


def judge_import(tower: Tower, path: Path, folder: Path, rim: Rim) -> Judgement:
    """Compare an imported recording with what the tower truly showed."""
    corner = DiscCut(rim).corner_xy_px
    recording = open_recording(folder)
    true = tower.true_cores_px()[~tower.fibre.dead] - corner
    found = recording.bundle.xy_px
    near = tower.fibre.pitch * tower.disc.radius_px / 3
    apart, _ = cKDTree(found).query(true)
    back, _ = cKDTree(tower.true_cores_px() - corner).query(found)
    size = 512
    plan = plan_restore(recording.bundle, size)
    bundle_rim = recording.bundle.rim
    screen_rim = Rim(bundle_rim.x_px + corner[0], bundle_rim.y_px + corner[1], bundle_rim.radius_px)
    images = list(recording.core_images())
    recording.close()
    restored_db, raw_db = [], []
    for image in (images[len(images) // 3], images[2 * len(images) // 3]):
        moment = round(image.t_ns / 1e9 * tower.fps * (2 if tower.first_field else 1))
        truth = tower.true_picture(moment, size, screen_rim)
        picture = render(image.light_lin, plan)
        raw = _crop(_stored_as_shown(tower, path, moment), screen_rim, size)
        restored_db.append(_psnr(picture, truth))
        raw_db.append(_psnr(raw, truth))
    return Judgement(
        recall=float((apart < near).mean()),
        false=float((back >= near).mean()),
        place_px=float(np.sqrt((apart[apart < near] ** 2).mean())) if (apart < near).any() else float("nan"),
        centre_px=float(np.hypot(screen_rim.x_px - tower.disc.x_px, screen_rim.y_px - tower.disc.y_px)),
        radius_px=abs(screen_rim.radius_px - tower.disc.radius_px),
        restored_db=float(np.mean(restored_db)),
        raw_db=float(np.mean(raw_db)),
    )


def _stored_as_shown(tower: Tower, path: Path, moment: int) -> PictureArray:
    """The video's own picture at a moment, with square pixels."""
    wanted = moment // 2 if tower.first_field else moment
    with open_video(path) as video:
        for number, picture in enumerate(video.pictures()):
            if number == wanted:
                return cv2.resize(picture.pixels, (tower.width_px, tower.height_px), interpolation=cv2.INTER_CUBIC)
    raise AssertionError(f"{path} has no picture {wanted}")


def _crop(screen: PictureArray, rim: Rim, size_px: int) -> PictureArray:
    scale = 2 * rim.radius_px / size_px
    matrix = np.array([[scale, 0, rim.x_px - rim.radius_px], [0, scale, rim.y_px - rim.radius_px]])
    return cv2.warpAffine(screen, matrix, (size_px, size_px), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)


def _psnr(picture: PictureArray, truth: PictureArray) -> float:
    """PSNR in dB inside 0.9 of the radius, after the best gain per colour (a calibration from frames has no white)."""
    side = len(truth)
    rows, columns = np.mgrid[:side, :side] - (side - 1) / 2
    inside = np.hypot(rows, columns) < 0.45 * side
    seen, wanted = picture[inside].astype(np.float64), truth[inside].astype(np.float64)
    gain = (seen * wanted).sum(axis=0) / np.maximum((seen * seen).sum(axis=0), 1e-9)
    return float(10 * np.log10(255**2 / ((gain * seen - wanted) ** 2).mean()))
