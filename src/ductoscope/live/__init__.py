"""The room while a scope is in it: sources, newest-wins slots, the pipeline; the only place with threads."""

from ductoscope.live.depth_sensors import SensorFactory, open_depth_sensor
from ductoscope.live.finder import Finder
from ductoscope.live.image_file import read_image, write_image
from ductoscope.live.import_report import ImportReport
from ductoscope.live.import_video import import_video
from ductoscope.live.record_source import record_source
from ductoscope.live.restore_file import RestoreReport, restore_file
from ductoscope.live.room import Room
from ductoscope.live.shown import Shown
from ductoscope.live.sighting import FinderNow, FindSetup, Judged, Sighting
from ductoscope.live.slot import Slot
from ductoscope.live.sources import SourceFactory, open_source
from ductoscope.live.status import RecordingNow, RoomStatus

__all__ = [
    "FindSetup",
    "Finder",
    "FinderNow",
    "ImportReport",
    "Judged",
    "RecordingNow",
    "RestoreReport",
    "Room",
    "RoomStatus",
    "SensorFactory",
    "Shown",
    "Sighting",
    "Slot",
    "SourceFactory",
    "import_video",
    "open_depth_sensor",
    "open_source",
    "read_image",
    "record_source",
    "restore_file",
    "write_image",
]
