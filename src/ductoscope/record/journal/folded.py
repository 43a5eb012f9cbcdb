"""Procedures that were folded a moment ago, so that one more event costs one step and not the whole story again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable

from ductoscope.model.clinical import Procedure

MOST = 512


class FoldedProcedures:
    """The procedures used last. One that others moved on meanwhile is still a right beginning: its number tells."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._procedures: OrderedDict[str, Procedure] = OrderedDict()

    def get(self, procedure_id: str) -> Procedure | None:
        """Return a procedure as it once stood; None when it is not remembered."""
        with self._lock:
            procedure = self._procedures.get(procedure_id)
            if procedure is not None:
                self._procedures.move_to_end(procedure_id)
            return procedure

    def keep(self, procedures: Iterable[Procedure]) -> None:
        """Remember procedures as their committed events make them; an older state never replaces a newer one."""
        with self._lock:
            for procedure in procedures:
                known = self._procedures.get(procedure.id)
                if known is None or known.number < procedure.number:
                    self._procedures[procedure.id] = procedure
                self._procedures.move_to_end(procedure.id)
            while len(self._procedures) > MOST:
                self._procedures.popitem(last=False)

    def forget(self) -> None:
        """Remember nothing."""
        with self._lock:
            self._procedures.clear()
