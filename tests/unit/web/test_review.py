"""Review: the recordings of one examination, and only those, picture by picture."""

from __future__ import annotations

import re
import shutil

import cv2
import numpy as np
import pytest

from ductoscope.model.clinical import happened as h
from ductoscope.record import open_recording
from ductoscope.restore import plan_restore, render, start_denoise, step_denoise
from tests.clinic_house import DOCTOR
from tests.examination_room import SQUARE


def read_picture(answer):
    assert answer.status_code == 200, answer.text
    return cv2.imdecode(np.frombuffer(answer.content, np.uint8), cv2.IMREAD_COLOR_RGB)


@pytest.fixture
def recorded(station, doctor):
    """An examination that has ended, with one recording: its id, and the recording's folder."""
    procedure_id = station.begin(doctor)
    name = station.record(doctor, procedure_id, frames=14)
    station.leave(doctor, procedure_id)
    return procedure_id, station.room.data_folder / name


def test_a_picture_is_what_the_fibre_saw_then(doctor, recorded):
    procedure_id, folder = recorded
    recording = open_recording(folder)
    plan = plan_restore(recording.bundle, 1024)
    denoise = start_denoise(plan)
    for number in range(2, 9):
        denoise, light_lin = step_denoise(denoise, recording.cores[number])
    frames = f"/api/procedures/{procedure_id}/review/1/frames"

    picture = doctor.get(f"{frames}/8")

    assert np.abs(read_picture(picture).astype(int) - render(light_lin, plan)).mean() < 4  # but for the JPEG
    assert int(picture.headers["X-Frame"]) == recording.cores[8].index
    recording.close()
    assert np.array_equal(read_picture(doctor.get(f"{frames}/8")), read_picture(picture)), "asked for again"
    other = read_picture(doctor.get(f"{frames}/0")).astype(int)
    assert np.abs(other - read_picture(picture)).mean() > 4
    assert read_picture(doctor.get(f"{frames}/8?is_small=true")).shape[0] == 192


def test_stepping_on_shows_the_same_as_jumping_there(doctor, recorded):
    frames = f"/api/procedures/{recorded[0]}/review/1/frames"
    jumped = read_picture(doctor.get(f"{frames}/9"))
    for number in range(9):
        doctor.get(f"{frames}/{number}")

    stepped = read_picture(doctor.get(f"{frames}/9"))

    # The denoiser has seen more of the same by then; what is there does not change.
    assert np.abs(stepped.astype(int) - jumped).mean() < 3


@pytest.mark.parametrize("place", ["1/frames/99999", "1/frames/-1", "2/frames/0", "0/frames/0", "-1/frames/0"])
def test_a_wrong_number_is_answered_in_words(doctor, recorded, place):
    answer = doctor.get(f"/api/procedures/{recorded[0]}/review/{place}")

    assert answer.status_code == 404
    assert answer.json()["error"].startswith("There is no")


def test_only_recordings_of_the_examination_can_be_seen(station, doctor, recorded):
    other = station.begin(doctor)
    station.record(doctor, other)
    station.record(doctor, other)

    assert doctor.get(f"/api/procedures/{other}/review/2/frames/0").status_code == 200
    assert doctor.get(f"/api/procedures/{recorded[0]}/review/2/frames/0").status_code == 404
    assert doctor.get("/api/procedures/nobody/review/1/frames/0").status_code == 404


def test_a_name_that_leads_elsewhere_leads_nowhere(station, doctor):
    procedure_id = station.begin(doctor)
    for name in ("../media", "/etc", ".", "..", "stills"):
        station.desk.do(DOCTOR, h.RecordingMade(name, 3, 1.0), procedure_id=procedure_id)

    for number in range(1, 6):
        answer = doctor.get(f"/api/procedures/{procedure_id}/review/{number}/frames/0")
        assert answer.status_code == 404
        assert "not in the data folder" in answer.json()["error"]
    assert doctor.get(f"/procedures/{procedure_id}/review").status_code == 200


def test_a_page_says_that_its_first_picture_is_still_being_made(doctor, recorded):
    page = doctor.get(f"/procedures/{recorded[0]}/review").text
    assert re.search(r'id="picture-loading"[^>]*>The first picture is being made', page)


@pytest.mark.parametrize("file", ["cores.duct", "bundle.npz", "recording.json"])
def test_a_damaged_recording_says_so_and_the_page_stays(station, doctor, recorded, file):
    procedure_id, folder = recorded
    damaged = folder.with_name(f"{folder.name}-{file.partition('.')[0]}")
    shutil.copytree(folder, damaged)
    (damaged / file).write_bytes(b"nothing of use" * 9)
    station.desk.do(DOCTOR, h.RecordingMade(damaged.name, 14, 1.0), procedure_id=procedure_id)

    answer = doctor.get(f"/api/procedures/{procedure_id}/review/2/frames/3")

    assert answer.status_code == 410
    assert answer.json()["error"]
    assert doctor.get(f"/procedures/{procedure_id}/review").status_code == 200
    assert doctor.get(f"/api/procedures/{procedure_id}/review/1/frames/3").status_code == 200


def test_a_still_from_the_recording_knows_its_frame_and_is_found_again(station, doctor, recorded):
    procedure_id, folder = recorded
    review = f"/api/procedures/{procedure_id}/review"

    sha256 = doctor.post(f"{review}/still", json={"recording": 1, "frame": 6}).json()["sha256"]

    still = station.desk.journal.procedure(procedure_id).stills[sha256]
    recording = open_recording(folder)
    image = recording.cores[6]
    recording.close()
    assert (still.recording, still.frame, still.t_ns) == (folder.name, image.index, image.t_ns)
    assert (still.width_px, still.is_simulated) == (1024, True)
    assert doctor.get(f"{review}/where/{sha256}").json() == {"recording": 1, "frame": 6}
    png = station.desk.media.read(sha256)
    assert cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR).shape == (1024, 1024, 3)


def test_a_finding_is_marked_in_review_as_in_the_room(station, doctor, recorded):
    procedure_id, _ = recorded
    finding = {"outline": SQUARE, "source": {"recording": 1, "frame": 4}, "terms": {"type": "superficial"}}
    finding["scale"] = {"kind": "distance", "distance_mm": 4, "sigma_mm": 0.5}

    answer = doctor.post(f"/api/procedures/{procedure_id}/review/finding", json={"finding": finding})

    assert answer.status_code == 200, answer.text
    marked = station.desk.journal.procedure(procedure_id).findings["A"]
    assert marked.still in station.desk.journal.procedure(procedure_id).stills
    assert marked.terms == {"type": "superficial"}
    assert marked.size.value_mm > 0
    told = doctor.post(
        f"/api/procedures/{procedure_id}/review/measure", json={k: finding[k] for k in ("outline", "scale")}
    )
    assert told.json()["value_mm"] == pytest.approx(marked.size.value_mm)


def test_a_still_of_the_room_is_found_in_the_recording(station, doctor):
    procedure_id = station.begin(doctor)
    station.picture()
    doctor.post(f"/api/room/{procedure_id}/record/start")
    station.room.shown.wait_newer(station.room.shown.newest()[0] + 20, 10)
    sha256 = doctor.post(f"/api/room/{procedure_id}/still", json={}).json()["sha256"]
    doctor.post(f"/api/room/{procedure_id}/record/stop")
    still = station.desk.journal.procedure(procedure_id).stills[sha256]

    where = doctor.get(f"/api/procedures/{procedure_id}/review/where/{sha256}").json()

    picture = doctor.get(f"/api/procedures/{procedure_id}/review/{where['recording']}/frames/{where['frame']}")
    assert int(picture.headers["X-Frame"]) == still.frame


def test_a_running_recording_is_not_shown_as_if_it_were_whole(station, doctor):
    procedure_id = station.begin(doctor)
    station.picture()
    doctor.post(f"/api/room/{procedure_id}/record/start")

    page = doctor.get(f"/procedures/{procedure_id}/review").text

    assert "still runs" in page
    assert doctor.get(f"/api/procedures/{procedure_id}/review/1/frames/0").status_code == 404


def test_review_is_not_for_trainees(station, recorded):
    with station.visit("trainee") as trainee:
        assert trainee.get(f"/procedures/{recorded[0]}/review").status_code == 403
        assert trainee.get(f"/api/procedures/{recorded[0]}/review/1/frames/0").status_code == 403


def test_pictures_that_are_fetched_without_the_page_are_a_look_once_a_session(station, recorded):
    procedure_id, _ = recorded
    review = f"/api/procedures/{procedure_id}/review"
    journal = station.desk.journal

    def looks() -> list[str]:
        events = journal.events(procedure_id=procedure_id, kinds=(h.RecordLooked,))
        return [event.by for event in events if event.what == h.RecordLooked("review")]

    before = len(looks())
    with station.visit("nurse") as nurse:
        for path in ("1/frames/0", "1/frames/1?is_small=true", "state", "where/none", "stills/none"):
            nurse.get(f"{review}/{path}")
        assert looks()[before:] == ["nurse"]
    for path in ("1/frames/0", "state", "where/none", "stills/none"):
        with station.visit("nurse") as nurse:
            nurse.get(f"{review}/{path}")
    assert looks()[before:] == ["nurse"] * 5
    with station.visit("nurse") as nurse:
        nurse.get(f"/procedures/{procedure_id}/review")
        nurse.get(f"{review}/state")
    assert len(looks()) == before + 6, "what the page fetches belongs to its own look"
