"""Before the day: the referral with what the rules say of it, and the plan with what it asks for."""

from __future__ import annotations

from ductoscope.care import assess_referral, plan_preparation
from ductoscope.clinic import check_before
from ductoscope.clinic.acts import Acts
from ductoscope.clinic.tokens import make_id
from ductoscope.model import BadInputError
from ductoscope.model.clinical import Patient, Person, Plan, PreparationAdvice, Procedure, Referral, ReferralAdvice
from ductoscope.model.clinical import happened as h
from ductoscope.record.journal import Draft


class BeforeVerbs(Acts):
    """Referral and plan."""

    def receive_referral(
        self,
        who: Person,
        patient_id: str,
        referral: Referral,
        *,
        procedure_id: str | None = None,
        expects: int | None = None,
    ) -> str:
        """Keep a referral with the rules' advice, and return the id of its examination.

        procedure_id: of the examination whose referral is completed or corrected; None opens a new one. expects: see
        do; two people who complete one referral do not overwrite each other.
        """
        patient = self.journal.patient(patient_id)
        what = h.ReferralReceived(referral, self.assess_referral(patient, referral))
        if procedure_id is not None:
            if self.journal.procedure(procedure_id).patient_id != patient.id:
                raise BadInputError("This examination belongs to another patient. Open it from that patient's page.")
            self._act(who, what, procedure_id=procedure_id, expects=expects)
            return procedure_id
        self._need(who, "doctor", "nurse")
        check_before.referral(self._look_at(who, None, patient.id), what)
        opened = f"x{make_id(self._random_bytes)}"
        self.journal.append(Draft(what, who.id, patient.id, opened))
        return opened

    def assess_referral(self, patient: Patient, referral: Referral) -> ReferralAdvice:
        """What the rules say of a referral, without keeping anything."""
        return assess_referral(
            referral,
            born=patient.details.birth_date,
            sex=patient.details.sex,
            on=self.today,
            protocol=self.protocol,
        )

    def plan_examination(self, who: Person, procedure_id: str, plan: Plan, *, expects: int | None = None) -> None:
        """Give the examination its time and room, with what the rules ask for before it.

        A new time needs a new time-out.
        """
        advice = self.assess_plan(self.journal.procedure(procedure_id), plan)
        self._act(who, h.ExaminationPlanned(plan, advice), procedure_id=procedure_id, expects=expects)

    def assess_plan(self, procedure: Procedure, plan: Plan) -> PreparationAdvice:
        """What the rules ask for before an examination, without keeping anything."""
        if procedure.referral is None:
            raise BadInputError("There is no referral to plan an examination for.")
        return plan_preparation(procedure.referral, plan, self.protocol)
