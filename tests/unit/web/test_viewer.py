from __future__ import annotations

import json
import time

import pytest
import simplejpeg
from websockets.exceptions import ConnectionClosedError

from ductoscope.web.viewer import IN_FLIGHT
from ductoscope.web.wire import HEADER


def receive_picture(socket):
    """The next picture, passing over status messages: (sequence, jpeg)."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        message = socket.recv(timeout=10)
        if isinstance(message, bytes):
            return HEADER.unpack_from(message)[4], message[HEADER.size :]
    raise AssertionError("no picture came")


def receive_json(socket, kind):
    """The next JSON message of this kind; a picture before it is an error."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        message = socket.recv(timeout=10)
        assert isinstance(message, str), "a picture came"
        if json.loads(message)["type"] == kind:
            return json.loads(message)
    raise AssertionError(f"no {kind} came")


def send(socket, **message):
    socket.send(json.dumps(message))


def ask_clock(socket):
    """Wait until everything that was sent to the server before has been dealt with."""
    send(socket, type="ping", t=1.0)
    return receive_json(socket, "pong")


def test_newest_picture_is_sent_at_once(watch, room):
    room.put(1)
    room.put(2)

    with watch() as socket:
        sequence, jpeg = receive_picture(socket)

    assert sequence == 2
    assert simplejpeg.decode_jpeg_header(jpeg)[:2] == (1024, 1024)


def test_viewer_that_never_answers_gets_two_pictures_and_delays_nobody(watch, room):
    room.put(0)
    with watch() as silent, watch() as quick:
        receive_picture(silent)
        receive_picture(quick)
        send(quick, type="ack", sequence=0)
        for sequence in range(1, 20):
            room.put(sequence)
            assert receive_picture(quick)[0] == sequence
            send(quick, type="ack", sequence=sequence)
            if sequence == 1:  # its second and last; taken now, or a slow moment could give it a later one
                assert receive_picture(silent)[0] == 1
        ask_clock(silent)  # a third picture would come before this answer
        # Once it answers it is given the newest, not what it missed.
        send(silent, type="ack", sequence=1)
        assert receive_picture(silent)[0] == 19


def test_no_more_than_two_are_on_their_way(watch, room):
    with watch() as socket:
        ask_clock(socket)
        for sequence in range(IN_FLIGHT):
            room.put(sequence)
            assert receive_picture(socket)[0] == sequence
        room.put(50)
        room.put(51)
        ask_clock(socket)
        send(socket, type="ack", sequence=0)
        assert receive_picture(socket)[0] == 51


def test_changed_wish_shows_even_when_no_new_picture_comes(watch, room):
    room.put(1, value=200)
    with watch() as socket:
        assert simplejpeg.decode_jpeg(receive_picture(socket)[1]).mean() == pytest.approx(200, abs=2)
        send(socket, type="want", picture="raw", size_px=512)
        sequence, jpeg = receive_picture(socket)

    assert sequence == 1
    assert simplejpeg.decode_jpeg(jpeg).mean() == pytest.approx(30, abs=2)
    assert simplejpeg.decode_jpeg_header(jpeg)[:2] == (512, 512)


def test_kind_can_be_asked_for_in_the_address(watch, room):
    room.put(1)
    with watch("?picture=raw") as socket:
        assert simplejpeg.decode_jpeg(receive_picture(socket)[1]).mean() == pytest.approx(30, abs=2)


def test_ping_brings_the_rooms_clock(watch):
    with watch() as socket:
        before_ms = time.monotonic_ns() / 1e6
        answer = ask_clock(socket)

    assert answer["t"] == 1.0
    assert before_ms <= answer["server_ms"] <= time.monotonic_ns() / 1e6


def test_status_comes_by_itself(watch):
    with watch() as socket:
        assert receive_json(socket, "status")["state"] == "live"
        assert receive_json(socket, "status")["state"] == "live"


def test_nonsense_ends_the_connection_with_a_reason(watch):
    with watch() as socket:
        socket.send("nonsense")
        with pytest.raises(ConnectionClosedError) as ended:
            receive_json(socket, "nothing that ever comes")

    assert ended.value.rcvd.code == 1003
    assert "cannot be read" in ended.value.rcvd.reason


def test_viewer_that_left_is_no_longer_called(watch, room):
    with watch() as socket:
        ask_clock(socket)
        assert len(room.shown._bells) == 1
    deadline = time.monotonic() + 5
    while room.shown._bells and time.monotonic() < deadline:
        time.sleep(0.01)

    assert room.shown._bells == ()
    room.put(1)  # would fail in the writer's thread if a closed loop were still rung
