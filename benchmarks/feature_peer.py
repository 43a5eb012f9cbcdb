"""The peer for motion: matching features with OpenCV, as everybody does it, on the monitor's restored pictures."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from ductoscope.model import DoubleArray, PictureArray, Scope
from ductoscope.restore import Plan

PICTURE_PX = 512
_INSIDE = 0.95
"""The disc in which the peers look for features, as a share of the rim: the rim itself never moves."""
_LEAST_MATCHES, _RATIO, _CONFIDENCE, _WITHIN_PX = 8, 0.8, 0.999, 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Peer:
    """Feature matching with OpenCV. plan: of the pictures. mask: (S, S) uint8, where features may lie."""

    name: str
    detector: cv2.Feature2D
    matcher: cv2.BFMatcher
    evener: cv2.CLAHE
    plan: Plan
    mask: PictureArray


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """What a peer keeps of a picture. rays: (N, 2), x/z and y/z of each feature; marks: (N, D), what it looks like."""

    rays: DoubleArray
    marks: np.ndarray | None


def open_peers(plan: Plan) -> tuple[Peer, ...]:
    """ORB and SIFT, set so that they find something.

    With OpenCV's own thresholds they find next to nothing in such smooth pictures: 0 and 3 features (median) on a
    simulated recording of seed 22, answers in 0 and 3 % of looks; with contrast made even in tiles and lower
    thresholds, in 87 and 82 %.
    """
    rim = plan.bundle.rim
    off_px = _place_on_camera(np.stack(np.meshgrid(*[np.arange(plan.size_px)] * 2), axis=-1), plan)
    mask = np.asarray(np.hypot(*np.moveaxis(off_px, -1, 0)) < _INSIDE * rim.radius_px, np.uint8) * np.uint8(255)
    evener = cv2.createCLAHE(3.0, (8, 8))
    orb, sift = cv2.ORB.create(1000, fastThreshold=5), cv2.SIFT.create(contrastThreshold=0.01)
    return (
        Peer("ORB", orb, cv2.BFMatcher(cv2.NORM_HAMMING), evener, plan, mask),
        Peer("SIFT", sift, cv2.BFMatcher(cv2.NORM_L2), evener, plan, mask),
    )


def step_peer(peer: Peer, before: Features | None, picture: PictureArray) -> tuple[Features, DoubleArray | None]:
    """Find one more picture's features, and how (3,) the tip went since the one before; None when it cannot.

    In radii of the lumen, in the earlier picture's frame: x right, y down, z ahead.
    """
    grey = peer.evener.apply(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY))
    points, marks = peer.detector.detectAndCompute(grey, peer.mask)
    now = Features(_look_through(np.array([point.pt for point in points]).reshape(-1, 2), peer.plan), marks)
    if before is None or before.marks is None or now.marks is None:
        return now, None
    pairs = peer.matcher.knnMatch(before.marks, now.marks, k=2)
    good = [pair[0] for pair in pairs if len(pair) == 2 and pair[0].distance < _RATIO * pair[1].distance]
    if len(good) < _LEAST_MATCHES:
        return now, None
    return now, find_way(before.rays[[m.queryIdx for m in good]], now.rays[[m.trainIdx for m in good]])


def find_way(before: DoubleArray, now: DoubleArray) -> DoubleArray | None:
    """How (3,) a scope went that saw the same (N, 2) points, x/z and y/z, before and now; None: nobody can tell.

    The essential matrix by five points and RANSAC, then the one of its four motions with the points ahead of the scope.
    Its length has no scale; the points lie on the lumen's wall, so their median distance from the scope's axis is taken
    for one radius.
    """
    ones = np.eye(3)
    within = _WITHIN_PX * math.radians(Scope().field_of_view_saline_deg) / PICTURE_PX
    essential, used = cv2.findEssentialMat(before, now, ones, cv2.RANSAC, _CONFIDENCE, within)
    if essential is None or essential.shape != (3, 3):
        return None
    ahead, turn, shift, used = cv2.recoverPose(essential, before, now, ones, mask=used)
    if ahead < _LEAST_MATCHES:
        return None
    chosen = used.ravel() > 0
    points = cv2.triangulatePoints(np.eye(3, 4), np.hstack((turn, shift)), before[chosen].T, now[chosen].T)
    wall = points[:3] / points[3]
    return np.asarray(-turn.T @ shift, np.float64).ravel() / float(np.median(np.hypot(wall[0], wall[1])))


def _place_on_camera(points: DoubleArray, plan: Plan) -> DoubleArray:
    """Camera pixels (..., 2) from the middle of the rim, of points (..., 2) of the monitor's picture."""
    matrix, rim = plan.frame_from_view, plan.bundle.rim
    return np.asarray(points @ matrix[:, :2].T + matrix[:, 2] - np.array([rim.x_px, rim.y_px]))


def _look_through(points: DoubleArray, plan: Plan) -> DoubleArray:
    rays = Scope().look_along(_place_on_camera(points, plan) / plan.bundle.rim.radius_px)
    return np.asarray(rays[:, :2] / rays[:, 2:])
