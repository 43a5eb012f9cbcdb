"""Everything that can have happened: one small noun each. The journal keeps them; nothing else is the record.

Names are in the past, fields are only ever added, with a default, so that every event ever written can be read.
"""

from typing import get_args

from ductoscope.model.clinical.happened.afterwards import (
    DueDone,
    DueMoved,
    DuePlanned,
    ProcedureClosed,
    ReportSigned,
    ResultAcknowledged,
    ResultArrived,
    ResultDiscarded,
    ResultQueued,
    SpecimenPassed,
    SpecimenTaken,
    StepDecided,
    StepsAdvised,
    SymptomsTold,
)
from ductoscope.model.clinical.happened.before import (
    BloodThinnerDecided,
    ConsentRecorded,
    ExaminationPlanned,
    ItemChecked,
    LetterGiven,
    PatientCorrected,
    PatientReconciled,
    PatientRegistered,
    ProcedureCancelled,
    ReferralDecided,
    ReferralReceived,
)
from ductoscope.model.clinical.happened.house import (
    LookRefused,
    PasswordSet,
    PatientLeftRoom,
    PersonAdded,
    ProtocolChanged,
    ProtocolSigned,
    RecordLooked,
    SignedIn,
    SignedOut,
    SignInRefused,
    TroubleHappened,
)
from ductoscope.model.clinical.happened.in_room import (
    ActionDone,
    AdviceGiven,
    AnaestheticGiven,
    ComplicationNoted,
    DuctMapped,
    ExaminationBegun,
    ExaminationEnded,
    FindingMarked,
    NoteTaken,
    OrificeNoted,
    PainScored,
    RecordingMade,
    SalineNoted,
    StillChosen,
    StillKept,
    TimeOutConfirmed,
    TimerStarted,
    TimerStopped,
    ViewJudged,
    WeightTaken,
)

Happened = (
    PatientRegistered | PatientCorrected | PatientReconciled
    | ReferralReceived | ReferralDecided | ExaminationPlanned | BloodThinnerDecided | ConsentRecorded | ItemChecked
    | LetterGiven | ProcedureCancelled
    | TimeOutConfirmed | ExaminationBegun | ExaminationEnded | TimerStarted | TimerStopped | WeightTaken
    | AnaestheticGiven | OrificeNoted | DuctMapped | SalineNoted | PainScored | RecordingMade | StillKept
    | StillChosen | FindingMarked | ViewJudged | ActionDone | ComplicationNoted | NoteTaken | AdviceGiven
    | SpecimenTaken | SpecimenPassed | ResultArrived | ResultAcknowledged | ResultQueued | ResultDiscarded
    | ReportSigned | StepsAdvised | StepDecided | SymptomsTold | DuePlanned | DueMoved | DueDone | ProcedureClosed
    | PersonAdded | PasswordSet | SignedIn | SignInRefused | SignedOut | RecordLooked | LookRefused
    | ProtocolSigned | ProtocolChanged | PatientLeftRoom | TroubleHappened
)  # fmt: skip

KINDS: dict[str, type[Happened]] = {kind.__name__: kind for kind in get_args(Happened)}
"""Name of every kind of event to its noun."""


__all__ = [
    "KINDS",
    "ActionDone",
    "AdviceGiven",
    "AnaestheticGiven",
    "BloodThinnerDecided",
    "ComplicationNoted",
    "ConsentRecorded",
    "DuctMapped",
    "DueDone",
    "DueMoved",
    "DuePlanned",
    "ExaminationBegun",
    "ExaminationEnded",
    "ExaminationPlanned",
    "FindingMarked",
    "Happened",
    "ItemChecked",
    "LetterGiven",
    "LookRefused",
    "NoteTaken",
    "OrificeNoted",
    "PainScored",
    "PasswordSet",
    "PatientCorrected",
    "PatientLeftRoom",
    "PatientReconciled",
    "PatientRegistered",
    "PersonAdded",
    "ProcedureCancelled",
    "ProcedureClosed",
    "ProtocolChanged",
    "ProtocolSigned",
    "RecordLooked",
    "RecordingMade",
    "ReferralDecided",
    "ReferralReceived",
    "ReportSigned",
    "ResultAcknowledged",
    "ResultArrived",
    "ResultDiscarded",
    "ResultQueued",
    "SalineNoted",
    "SignInRefused",
    "SignedIn",
    "SignedOut",
    "SpecimenPassed",
    "SpecimenTaken",
    "StepDecided",
    "StepsAdvised",
    "StillChosen",
    "StillKept",
    "SymptomsTold",
    "TimeOutConfirmed",
    "TimerStarted",
    "TimerStopped",
    "TroubleHappened",
    "ViewJudged",
    "WeightTaken",
]
