"""A sensor on a serial line, over a real pseudo-terminal: whatever it sends, a number or a sentence comes of it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from ductoscope.live.depth_serial import SerialDepthSensor, SerialSettings, parse_serial_spec
from ductoscope.model import BadInputError, SourceError
from tests.talking_port import TalkingPort


@pytest.fixture
def device() -> Iterator[TalkingPort]:
    with TalkingPort() as port:
        yield port


def opened(device: TalkingPort, rest: str = "") -> SerialDepthSensor:
    """A sensor that is open, past its first line, whose clock counts readings."""
    clock = itertools.count(1)
    sensor = SerialDepthSensor(parse_serial_spec(f"serial:{device.port}{rest}"), lambda: next(clock))
    sensor.open()
    device.say(b"\n")
    return sensor


def read_mm(sensor: SerialDepthSensor) -> float | None:
    reading = sensor.read()
    return None if reading is None else reading.depth_mm


@pytest.mark.parametrize(
    ("rest", "line", "mm"),
    [
        ("", b"12.5\n", 12.5),
        ("", b"12.5\r\n", 12.5),
        ("", b"depth -3 mm\n", -3.0),
        ("?mm_per_count=0.01", b"+00123\n", 1.23),
        ("?reverse=1&offset_mm=30", b"10\n", 20.0),
        (r"?pattern=POS:([-%2B]\d%2B)&mm_per_count=0.01", b"3 POS:+00123 CNT\n", 1.23),
    ],
)
def test_finds_the_number(device: TalkingPort, rest: str, line: bytes, mm: float) -> None:
    sensor = opened(device, rest)
    device.say(line)
    assert read_mm(sensor) == pytest.approx(mm)
    sensor.close()


def test_the_first_line_may_be_half_of_one(device: TalkingPort) -> None:
    sensor = SerialDepthSensor(parse_serial_spec(f"serial:{device.port}"), lambda: 1)
    sensor.open()
    device.say(b"23\n")
    assert read_mm(sensor) is None
    device.say(b"123\n")
    assert read_mm(sensor) == 123.0
    sensor.close()


def test_half_a_line_waits_for_its_rest(device: TalkingPort) -> None:
    sensor = opened(device)
    device.say(b"12")
    assert read_mm(sensor) is None
    device.say(b".5\n")
    assert read_mm(sensor) == 12.5
    sensor.close()


def test_garbage_is_passed_over(device: TalkingPort) -> None:
    sensor = opened(device)
    device.say(b"\xff\xfe hello\nerr\n\n7\n")
    assert read_mm(sensor) == 7.0
    device.say(b"x" * 3000 + b" 9 " + b"x" * 3000)
    device.say(b"99\n8\n")
    assert read_mm(sensor) == 8.0, "the end of a line that is too long is no reading"
    sensor.close()


def test_a_slow_reader_gets_the_newest(device: TalkingPort) -> None:
    sensor = opened(device)
    device.say(b"".join(b"%d\n" % number for number in range(300)))
    assert read_mm(sensor) == 299.0
    sensor.close()


def test_a_slow_device_is_waited_for(device: TalkingPort) -> None:
    sensor = opened(device)
    assert [read_mm(sensor) for _ in range(2)] == [None, None]
    device.say(b"4\n")
    assert read_mm(sensor) == 4.0
    sensor.close()


def test_a_line_that_never_holds_a_number_is_told(device: TalkingPort) -> None:
    ticks = itertools.count()
    sensor = SerialDepthSensor(parse_serial_spec(f"serial:{device.port}"), lambda: 1, clock=lambda: 0.3 * next(ticks))
    sensor.open()

    def read_on() -> None:
        for _ in range(20):
            device.say(b"hello\n")
            sensor.read()

    with pytest.raises(SourceError, match=r'sends no number: "hello".*baud rate \(9600\)'):
        read_on()
    sensor.close()


def test_a_plug_that_is_pulled_is_told_and_may_come_back() -> None:
    with TalkingPort() as device:
        sensor = opened(device)
        device.say(b"5\n")
        assert read_mm(sensor) == 5.0
        sensor.zero()
        device.unplug()
        with pytest.raises(SourceError, match="is gone"):
            sensor.read()
        with pytest.raises(SourceError, match=r"cannot be opened .* Check its cable"):
            sensor.open()
    with TalkingPort() as device:
        again = SerialDepthSensor(SerialSettings(device.port), lambda: 1)
        again.open()
        device.say(b"\n6\n")
        assert read_mm(again) == 6.0
        again.close()


def test_another_program_on_the_port_is_told(device: TalkingPort) -> None:
    sensor = opened(device)
    with pytest.raises(SourceError, match="no other program"):
        SerialDepthSensor(SerialSettings(device.port), lambda: 1).open()
    sensor.close()


def test_zero_before_the_first_reading_is_that_reading(device: TalkingPort) -> None:
    sensor = opened(device)
    sensor.zero()
    device.say(b"40\n")
    assert read_mm(sensor) == 0.0
    device.say(b"42\n")
    assert read_mm(sensor) == 2.0
    sensor.close()


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("serial:", "needs a port"),
        ("serial:/dev/x?baud=fast", "baud"),
        ("serial:/dev/x?baud=1", "from 50"),
        ("serial:/dev/x?mm_per_count=0", "must not be 0"),
        ("serial:/dev/x?mm_per_count=nan", "must be a number"),
        ("serial:/dev/x?reverse=yes", "0 or 1"),
        ("serial:/dev/x?pattern=(", "regular expression"),
        ("serial:/dev/x?speed=3", 'no setting "speed"'),
        ("serial:/dev/x?sigma_mm=0", "sigma_mm"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_in_words(spec: str, words: str) -> None:
    with pytest.raises(BadInputError, match=words):
        parse_serial_spec(spec)
