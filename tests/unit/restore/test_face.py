from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from ductoscope.record import save_bundle
from tests.unit.restore.conftest import BundleMaker

PROGRAM = """
import sys
from pathlib import Path
import numpy as np
from ductoscope.record import load_bundle
from ductoscope.restore import plan_restore, restore
bundle = load_bundle(Path(sys.argv[1]))
restore(np.zeros((*bundle.frame_shape, 3), np.uint8), plan_restore(bundle, 64))
print(*{"scipy.spatial", "scipy.fft", "scipy.ndimage"} & {*sys.modules})
"""


def test_the_first_picture_waits_for_no_part_of_scipy(lattice_bundle: BundleMaker, tmp_path: Path) -> None:
    # Enough cores that edges are not followed, which takes triangles, and those SciPy. Numba brings scipy.linalg.
    save_bundle(lattice_bundle(side_px=700), tmp_path / "bundle.npz")
    command = [sys.executable, "-c", PROGRAM, str(tmp_path / "bundle.npz")]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    assert answer.stdout.strip() == ""
