"""How this terminal stands with its hub: the epoch, the report that a restored hub asks for, and the certificate's end."""

from sync.agent import pacing
from sync.agent.events import At, Failure, Standing
from sync.protocol.limits import RENEW_BEFORE_MS
from sync.protocol.messages import PushReply
from sync.protocol.values import changed


def told(known: Standing, at: At, reply: PushReply, reported: bool) -> Standing:
    """After an answer to a push; `reported` when the report went along.

    A report that was not taken (a sale came in between, or the hub gave something out meanwhile) is made again, later
    and later.
    """
    known = changed(known, hub=reply.hub, stranger=False)
    if not reply.wants_report:
        return changed(known, asked=0, reports=0, report_ms=0)
    if known.asked != reply.epoch:
        return changed(known, asked=reply.epoch, reports=0, report_ms=at.mono_ms)
    if not reported:
        return known
    reports = known.reports + 1
    return changed(known, reports=reports, report_ms=at.mono_ms + pacing.report_ms(reports, at.chance))


def refused(known: Standing, failure: Failure) -> Standing:
    """After a refusal: the hub may have forgotten this terminal, or say that its certificate is over."""
    return changed(known, stranger=known.stranger or failure.stranger, ended=known.ended or failure.ended)


def looked_at(known: Standing, hub_ms: int) -> Standing:
    """Whether a longer certificate is wanted now. `hub_ms` is the hub's time as far as it is known."""
    begin_ms = known.renew_ms or known.not_after_ms - RENEW_BEFORE_MS
    late = known.not_after_ms != 0 and hub_ms > begin_ms
    renew = late or known.ended
    return known if renew == known.renew else changed(known, renew=renew)
