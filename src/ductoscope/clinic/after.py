"""After the examination: the symptom call, what findings and pathology ask for together, and what is decided."""

from __future__ import annotations

from datetime import date

from ductoscope.care import advise_next_steps, assess_symptoms
from ductoscope.clinic import planned
from ductoscope.clinic.acts import Acts
from ductoscope.clinic.check_after import check_day
from ductoscope.model import NotThereError
from ductoscope.model.clinical import Decision, Event, NextStepAdvice, Person, SymptomAdvice, SymptomCall, Symptoms
from ductoscope.model.clinical import happened as h


class AfterVerbs(Acts):
    """Calls and next steps."""

    def take_call(
        self,
        who: Person,
        procedure_id: str,
        symptoms: Symptoms,
        told: str = "",
        caller: str = "",
        *,
        due: str | None = None,
    ) -> SymptomAdvice:
        """Keep a call and what the rules answer to it. A call that was due is done with it.

        due: key of the call that this was; None: the one that is due by today, if any.
        """
        advice = assess_symptoms(symptoms, self.protocol)
        if due is not None and due not in self.journal.procedure(procedure_id).dues:
            raise NotThereError(f'Nothing is due under "{due}" in this examination.')
        what = h.SymptomsTold(SymptomCall(symptoms, advice, told, caller))
        self._act(who, what, procedure_id=procedure_id, then=lambda now: planned.at_call(now, what, due))
        return advice

    def assess_symptoms(self, symptoms: Symptoms) -> SymptomAdvice:
        """What the rules answer to symptoms, without keeping anything: while the nurse still asks."""
        return assess_symptoms(symptoms, self.protocol)

    def advise_next_steps(self, who: Person, procedure_id: str) -> NextStepAdvice:
        """What findings and pathology ask for now; kept with the examination when it is new."""
        procedure = self.journal.procedure(procedure_id)
        advice = advise_next_steps(procedure, on=self.today, protocol=self.protocol)
        if advice != procedure.next_steps:
            self._act(who, h.StepsAdvised(advice), procedure_id=procedure_id)
        return advice

    def decide_step(
        self,
        who: Person,
        procedure_id: str,
        decision: Decision,
        *,
        due_on: date | None = None,
        expects: int | None = None,
    ) -> Event:
        """Decide what comes next, with the rules' advice of this moment and what is due from it, all or none.

        due_on: by when; None takes the rules' day.
        """
        procedure = self.journal.procedure(procedure_id)
        advice = advise_next_steps(procedure, on=self.today, protocol=self.protocol)
        what = h.StepDecided(decision)
        if due_on is not None:
            check_day(due_on, self._look_at(who, procedure_id))
        return self._act(
            who,
            what,
            procedure_id=procedure_id,
            expects=expects,
            before=() if advice == procedure.next_steps else (h.StepsAdvised(advice),),
            then=lambda now: planned.at_decision(now, what, due_on),
        )
