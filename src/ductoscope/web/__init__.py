"""The monitor: HTTP, WebSocket, and the page on which the live picture is seen."""

from ductoscope.web.app import create_app
from ductoscope.web.clinic.sign_in import DemoPeople
from ductoscope.web.keys import KEYS, Action
from ductoscope.web.practice_desk import PracticeDesk
from ductoscope.web.serve import address_of, make_server, serve, warn_of_open_door
from ductoscope.web.settings import MonitorSettings
from ductoscope.web.texts import Texts, load_texts

__all__ = [
    "KEYS",
    "Action",
    "DemoPeople",
    "MonitorSettings",
    "PracticeDesk",
    "Texts",
    "address_of",
    "create_app",
    "load_texts",
    "make_server",
    "serve",
    "warn_of_open_door",
]
