"""What is allowed: for every kind of act the roles, the stages in which it makes sense, and what is checked.

Everything that is not in this table is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from ductoscope.clinic import check_after, check_before, check_in_room, planned
from ductoscope.clinic.situation import Followed, Situation
from ductoscope.model import NotAllowedError
from ductoscope.model.clinical import Happened, Person, Procedure, Role, Stage
from ductoscope.model.clinical import happened as h


def _any(_: Situation, __: Any) -> None:
    """Nothing is wrong with it."""


def _nothing(_: Situation, __: Any) -> Followed:
    return ()


@dataclass(frozen=True, slots=True)
class Rule:
    """When one kind of act is allowed.

    stages: None when it is about no examination. check: raises BadInputError or NotAllowedError in words. then: what
    happens with it. is_plain: whether Desk.do takes it; the others have a verb of their own, which adds to it.
    """

    roles: frozenset[Role]
    stages: frozenset[Stage] | None
    check: Callable[[Situation, Any], None] = _any
    then: Callable[[Situation, Any], Followed] = _nothing
    is_plain: bool = True

    def is_for(self, who: Person) -> bool:
        """Whether this person's role allows it."""
        return who.is_active and who.role in self.roles

    def is_in_time(self, procedure: Procedure | None) -> bool:
        """Whether the examination's stage allows it."""
        return self.stages is None or (procedure is not None and procedure.stage in self.stages)

    def allow(self, situation: Situation) -> None:
        """Refuse a role or a stage that does not allow it. Raises NotAllowedError."""
        who = situation.who
        if not who.is_active:
            raise NotAllowedError(f"The account of {who.name} is closed.")
        if who.role not in self.roles:
            raise NotAllowedError(f"This needs the role {' or '.join(sorted(self.roles))}; {who.name} is a {who.role}.")
        if self.stages is None:
            return
        if situation.procedure is None:
            raise NotAllowedError("This can only be done within an examination; open one first.")
        if not self.is_in_time(situation.procedure):
            raise NotAllowedError(_explain_stage(situation.procedure.stage, self.stages))


def find_rule(what: Happened) -> Rule:
    """The rule of an act. Raises NotAllowedError for a kind that nobody may write."""
    rule = ALLOWED.get(type(what))
    if rule is None:
        raise NotAllowedError(f"Nobody writes {type(what).__name__} by hand; the program writes it where it happens.")
    return rule


def _explain_stage(stage: Stage, allowed: frozenset[Stage]) -> str:
    if stage in ("final", "closed"):
        return "The final report is signed: what it says stays as it is. Write an addendum."
    if stage in ("declined", "cancelled"):
        return f"This examination is {stage}. Receive a new referral where one is needed."
    if stage in _BEFORE and not allowed & _BEFORE:
        return f'This examination is "{stage}". Confirm the time-out and begin the examination first.'
    return f'This cannot be done while the examination is "{stage}"; it can while it is {_name(allowed)}.'


def _name(stages: frozenset[Stage]) -> str:
    return " or ".join(f'"{stage}"' for stage in _ORDER if stage in stages)


_ORDER: tuple[Stage, ...] = (
    "referred", "accepted", "declined", "planned", "prepared", "in the room", "examined", "reported", "final",
    "closed", "cancelled",
)  # fmt: skip


def _stages(*stages: Stage) -> frozenset[Stage]:
    return frozenset(stages)


_CLINICAL: frozenset[Role] = frozenset({"doctor", "nurse"})
_DOCTOR: frozenset[Role] = frozenset({"doctor"})
_BEFORE = _stages("referred", "accepted", "planned", "prepared")
_BOOKED = _stages("planned", "prepared")
_INSIDE = _stages("in the room", "examined", "reported")
_AT_TABLE = _INSIDE | _stages("prepared")
_OPEN = _BEFORE | _INSIDE
_ENDED = _stages("examined", "reported", "final", "closed")
_SAMPLED = _INSIDE | _stages("final", "closed")
_LIVING = _OPEN | _stages("final")

ALLOWED: Mapping[type, Rule] = MappingProxyType(
    {
        # Who it is, and why
        h.PatientRegistered: Rule(_CLINICAL, None, check_before.details, is_plain=False),
        h.PatientCorrected: Rule(_CLINICAL, None, check_before.details, is_plain=False),
        h.PatientReconciled: Rule(_CLINICAL, None, is_plain=False),
        h.ReferralReceived: Rule(_CLINICAL, _BEFORE, check_before.referral, is_plain=False),
        h.ReferralDecided: Rule(_DOCTOR, _stages("referred", "accepted", "declined"), check_before.referral_decision),
        h.ExaminationPlanned: Rule(
            _CLINICAL, _stages("accepted", "planned", "prepared"), check_before.plan, is_plain=False
        ),
        h.ProcedureCancelled: Rule(_CLINICAL, _BEFORE, then=planned.drop_all),
        # Before the scope goes in
        h.BloodThinnerDecided: Rule(_CLINICAL, _BEFORE, check_before.blood_thinner),
        h.ConsentRecorded: Rule(_CLINICAL, _LIVING, check_before.consent),
        h.ItemChecked: Rule(_CLINICAL, _stages("accepted") | _BOOKED | _INSIDE, check_before.item),
        h.LetterGiven: Rule(_CLINICAL, _LIVING | _stages("closed")),
        h.TimeOutConfirmed: Rule(_CLINICAL, _BOOKED, check_in_room.time_out),
        h.ExaminationBegun: Rule(_CLINICAL, _stages("prepared"), check_in_room.begin, is_plain=False),
        # In the room
        h.ExaminationEnded: Rule(_CLINICAL, _stages("in the room"), then=planned.at_sign_out),
        h.TimerStarted: Rule(_CLINICAL, _BOOKED | _INSIDE, check_in_room.timer_start),
        h.TimerStopped: Rule(_CLINICAL, _BOOKED | _INSIDE, check_in_room.timer_stop),
        h.WeightTaken: Rule(_CLINICAL, _OPEN),
        h.AnaestheticGiven: Rule(_CLINICAL, _BOOKED | _INSIDE, check_in_room.anaesthetic),
        h.OrificeNoted: Rule(_CLINICAL, _AT_TABLE, check_in_room.orifice),
        h.DuctMapped: Rule(_CLINICAL, _INSIDE, check_in_room.duct_map, is_plain=False),
        h.SalineNoted: Rule(_CLINICAL, _AT_TABLE, check_in_room.saline),
        h.PainScored: Rule(_CLINICAL, _AT_TABLE),
        h.RecordingMade: Rule(_CLINICAL, _INSIDE),
        h.StillKept: Rule(_CLINICAL, _INSIDE, is_plain=False),
        h.StillChosen: Rule(_CLINICAL, _INSIDE, check_in_room.still_choice),
        h.FindingMarked: Rule(_CLINICAL, _INSIDE, check_in_room.finding),
        h.ViewJudged: Rule(_CLINICAL, _INSIDE),
        h.ActionDone: Rule(_CLINICAL, _INSIDE, check_in_room.action),
        h.ComplicationNoted: Rule(_CLINICAL, _AT_TABLE),
        h.NoteTaken: Rule(_CLINICAL, _OPEN),
        h.AdviceGiven: Rule(_CLINICAL, _INSIDE),
        h.TroubleHappened: Rule(_CLINICAL, _LIVING),
        h.PatientLeftRoom: Rule(_CLINICAL, _ENDED, is_plain=False),
        # Specimens and results
        h.SpecimenTaken: Rule(_CLINICAL, _INSIDE, check_after.specimen, is_plain=False),
        h.SpecimenPassed: Rule(_CLINICAL, _SAMPLED, check_after.specimen_passed),
        h.ResultArrived: Rule(_CLINICAL, _SAMPLED, check_after.result, planned.at_result, is_plain=False),
        h.ResultQueued: Rule(_CLINICAL, None, is_plain=False),
        h.ResultDiscarded: Rule(_CLINICAL, None, is_plain=False),
        h.ResultAcknowledged: Rule(_DOCTOR, _SAMPLED, check_after.acknowledgement),
        # Reports, and what comes after
        h.ReportSigned: Rule(_DOCTOR, _ENDED, check_after.report, planned.at_report, is_plain=False),
        h.StepsAdvised: Rule(_CLINICAL, _ENDED, is_plain=False),
        h.StepDecided: Rule(_DOCTOR, _ENDED, check_after.decision, planned.at_decision),
        h.SymptomsTold: Rule(_CLINICAL, _ENDED, then=planned.at_call, is_plain=False),
        h.DuePlanned: Rule(_CLINICAL, _LIVING, check_after.due),
        h.DueMoved: Rule(_CLINICAL, _LIVING | _stages("closed"), check_after.due_move),
        h.DueDone: Rule(_CLINICAL, _LIVING | _stages("closed"), check_after.due_done),
        h.ProcedureClosed: Rule(_DOCTOR, _stages("final"), check_after.closing),
    }
)
"""Kind of act to its rule. People, sessions, looks and the care protocol have verbs with rules of their own."""
