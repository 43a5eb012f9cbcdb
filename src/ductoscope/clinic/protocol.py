"""The care protocol: the clinic changes it and signs its rules."""

from __future__ import annotations

from collections.abc import Collection

from ductoscope.care import load_protocol
from ductoscope.clinic.acts import Acts
from ductoscope.model import BadInputError
from ductoscope.model.clinical import Person
from ductoscope.model.clinical import happened as h
from ductoscope.record.journal import Draft


class ProtocolVerbs(Acts):
    """What the clinic does with its rules."""

    def change_protocol(self, who: Person, toml_text: str) -> str:
        """Put another care protocol in force, and return its id. Examinations that have begun keep theirs.

        Raises ConfigError, which names the rule that is wrong; BadInputError when it is the one in force already.
        """
        self._need(who, "administrator", "doctor")
        try:
            content = toml_text.encode()
        except UnicodeEncodeError as error:
            raise BadInputError(
                "The care protocol holds signs that are no letters. Open and save it as UTF-8."
            ) from error
        protocol = load_protocol(toml_text)
        if protocol.id == self.protocol.id:
            raise BadInputError("This care protocol is in force already; nothing was changed.")
        document = self.media.keep(content)
        self.journal.append(Draft(h.ProtocolChanged(protocol.id, document), who.id))
        return protocol.id

    def sign_rules(self, who: Person, names: Collection[str] = ()) -> None:
        """Sign rules of the care protocol in force off for this clinic; no names: all of them."""
        self._need(who, "administrator", "doctor")
        protocol = self.protocol
        unknown = [name for name in names if name not in protocol.rules]
        if unknown:
            raise BadInputError(f'The care protocol has no rule "{unknown[0]}". Load the page again.')
        chosen = tuple(dict.fromkeys(names))
        self.journal.append(Draft(h.ProtocolSigned(protocol.id, chosen), who.id))
