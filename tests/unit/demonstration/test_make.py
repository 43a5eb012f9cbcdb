"""The invented clinic: every stage is there, in believable order, and it never mixes with a real one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest

from ductoscope.clinic import Desk
from ductoscope.config import Config, DataConfig
from ductoscope.demonstration import DEMO_PEOPLE, DEMO_SITE, DemoClock, ensure_demonstration, make_demonstration
from ductoscope.demonstration.recordings import Tape
from ductoscope.demonstration.stills import MOMENTS, PATCH_OUTLINE, POLYP_OUTLINE, SIZE_PX, DrawnStill, draw_stills
from ductoscope.model import BadInputError
from ductoscope.model.clinical import Measurement, Person, Procedure, Unmeasurable
from ductoscope.model.clinical import happened as h
from ductoscope.record import list_recordings, verify_recording
from ductoscope.record.credentials import Credentials
from ductoscope.record.journal import Draft, open_journal
from ductoscope.record.media import MediaStore
from ductoscope.report import Site, make_signer

NOW = datetime(2026, 11, 25, 10, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("demo")
    clock = DemoClock(NOW)
    with open_journal(f"sqlite:///{folder / 'journal.db'}", now_utc=clock) as journal:
        made = Desk(
            journal,
            Credentials(journal),
            MediaStore(folder / "media"),
            site=Site(DEMO_SITE.name, phone=DEMO_SITE.phone),
            signer=make_signer(folder / "signing", DEMO_SITE.name),
            now_utc=clock,
            station=DEMO_SITE.room,
        )
        make_demonstration(made, clock=clock, stills=_paint())
        yield made


def _paint() -> dict[str, DrawnStill]:
    painted = {}
    for number, moment in enumerate(MOMENTS):
        _, png = cv2.imencode(".png", np.full((16, 16, 3), 40 * number, np.uint8))
        painted[moment.name] = DrawnStill(png.tobytes(), number)
    return painted


def _of(desk: Desk, given: str) -> Procedure:
    row = next(row for row in desk.journal.worklist() if row.given == given)
    return desk.journal.procedure(row.procedure_id)


def test_somebody_stands_at_every_stage(desk: Desk) -> None:
    stages = {row.given: row.stage for row in desk.journal.worklist()}
    assert stages == {
        "Anna": "final",
        "Berta": "referred",
        "Clara": "declined",
        "Dora": "planned",
        "Emma": "planned",
        "Frida": "planned",
        "Greta": "reported",
        "Hanna": "final",
        "Ida": "reported",
        "Karla": "examined",
        "woman of about fifty": "reported",
    }
    assert {row.family for row in desk.journal.find_patients("")} == {"Demo", "Unknown (demo)"}
    assert desk.in_room() is None


def test_both_sides_are_examined_and_nothing_mixes_them(desk: Desk) -> None:
    whole = [desk.journal.procedure(row.procedure_id) for row in desk.journal.worklist()]
    assert {one.referral.side for one in whole if one.referral} == {"left", "right"}
    for one in whole:
        assert one.referral is not None
        assert one.referral.discharge is not None
        assert one.referral.discharge.sides == (one.referral.side,)
        assert one.time_out is None or one.time_out.side == one.referral.side


def test_time_runs_forward_and_ends_now(desk: Desk) -> None:
    times = [event.at_utc for event in desk.journal.events()]
    assert times == sorted(times)
    assert NOW - timedelta(hours=3) < times[-1] <= NOW
    assert not desk.journal.verify().problems


def test_the_complete_patient_is_complete(desk: Desk) -> None:
    anna = _of(desk, "Anna")
    assert list(anna.findings) == ["A", "B"]
    assert isinstance(anna.findings["A"].size, Measurement)
    assert isinstance(anna.findings["B"].size, Unmeasurable)
    assert [state.acknowledged_by for state in anna.specimens.values()] == ["demo.doctor"] * 2
    assert [one.kind for one in anna.reports] == ["preliminary", "final"]
    assert [call.advice.urgency for _, call in anna.calls] == ["reassure", "reassure"]
    assert anna.next_steps is not None
    assert anna.next_steps.is_concordant
    assert anna.is_simulated
    done = [due for due in anna.dues.values() if due.kind == "follow-up" and due.done_utc is not None]
    assert done
    assert not [due for due in anna.open_dues if due.due_on < NOW.date()]
    assert len(anna.chosen) == 4
    assert anna.time_out_by is not None
    assert desk.people()[anna.time_out_by.by] != anna.time_out.second_person
    assert not any(desk.list_missing(anna.id, kind) for kind in ("preliminary", "final"))


def test_what_can_go_astray_is_there(desk: Desk) -> None:
    assert _of(desk, "Berta").referral_advice.indication == "imaging first"
    assert _of(desk, "Clara").referral_advice.indication == "biopsy instead"
    assert _of(desk, "Dora").blood_thinners == {}
    assert next(due.key for due in _of(desk, "Greta").open_dues if due.due_on < NOW.date()) == "result A"
    assert _of(desk, "Ida").next_steps.discordances
    assert "meeting" in {due.key for due in _of(desk, "Ida").open_dues}
    assert len(desk.journal.queue()) == 2
    emergency = desk.journal.patient(_of(desk, "woman of about fifty").patient_id)
    assert emergency.is_emergency
    today = {row.given for row in desk.journal.worklist(on=NOW.date())}
    assert {"Emma", "Frida", "Karla"} <= today


def test_the_lost_find_home(desk: Desk) -> None:
    """What the demonstration invites to do can be done."""
    nurse = desk.journal.person("demo.nurse")
    judith = next(row for row in desk.journal.find_patients("Judith"))
    emergency = _of(desk, "woman of about fifty")
    desk.reconcile_patient(nurse, emergency.patient_id, judith.patient_id, "her sister named her")
    assert desk.journal.procedure(emergency.id).patient_id == judith.patient_id
    waiting = desk.journal.queue()[0]
    desk.match_result(nurse, waiting.entry, _of(desk, "Greta").id, "A", "the laboratory corrected the number by phone")
    assert _of(desk, "Greta").specimens["A"].step == "reported"


def test_every_demo_person_can_sign_in(desk: Desk) -> None:
    assert {role for _, _, role in DEMO_PEOPLE} == {"doctor", "nurse", "trainee", "administrator"}
    for name, password, _ in DEMO_PEOPLE:
        desk.sign_out(desk.sign_in(name, password))


def test_it_never_mixes_with_a_real_clinic(tmp_path: Path) -> None:
    settings = replace(Config(), data=DataConfig(folder=str(tmp_path)), site=DEMO_SITE)
    with open_journal(f"sqlite:///{tmp_path / 'journal.db'}", witness=tmp_path / "journal.witness") as journal:
        journal.append(Draft(h.PersonAdded(Person("real", "Real Doctor", "doctor")), ""))
    with pytest.raises(BadInputError, match="real clinic"):
        ensure_demonstration(settings)


def test_half_a_demonstration_is_told(tmp_path: Path) -> None:
    settings = replace(Config(), data=DataConfig(folder=str(tmp_path)), site=DEMO_SITE)
    with open_journal(f"sqlite:///{tmp_path / 'journal.db'}", witness=tmp_path / "journal.witness") as journal:
        journal.append(Draft(h.PersonAdded(Person("demo.doctor", "Dr Demo", "doctor")), ""))
    with pytest.raises(BadInputError, match="cut off"):
        ensure_demonstration(settings)


def test_a_recording_is_made_once_and_belongs_to_its_time(tmp_path: Path) -> None:
    tape = Tape(tmp_path)
    names = [tape.lay(NOW - timedelta(days=days)) for days in (100, 0)]
    entries = {entry.name: entry for entry in list_recordings(tmp_path)}
    assert set(entries) == set(names)
    assert entries[names[1]].started_utc == NOW
    assert all(entry.is_simulated and entry.seconds > 7 for entry in entries.values())
    assert all(verify_recording(tmp_path / name).is_whole for name in names)
    assert Tape(None).lay(NOW) is None


def test_the_pictures_show_what_is_said_of_them() -> None:
    told: list[float] = []
    drawn = draw_stills(lambda share, _: told.append(share))
    assert set(drawn) == {moment.name for moment in MOMENTS}
    assert told[0] == 0
    assert told[-1] == 1
    pictures = {name: cv2.imdecode(np.frombuffer(one.png, np.uint8), cv2.IMREAD_COLOR) for name, one in drawn.items()}
    assert all(picture.shape == (SIZE_PX, SIZE_PX, 3) for picture in pictures.values())
    for name, outline, is_brighter in (("polyp", POLYP_OUTLINE, True), ("patch", PATCH_OUTLINE, False)):
        inside = np.zeros((SIZE_PX, SIZE_PX), np.uint8)
        cv2.fillPoly(inside, [(np.array(outline) * SIZE_PX).astype(int)], 1)
        around = cv2.dilate(inside, np.ones((41, 41), np.uint8)) - inside
        red = pictures[name][..., 2].astype(float)
        assert (red[inside == 1].mean() > red[around == 1].mean()) == is_brighter
