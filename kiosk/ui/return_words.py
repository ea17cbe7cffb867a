"""What a return's choices are called: grounds, reasons and conditions by their key, and why a receipt is voided."""

from kiosk.domain.returning import AS_NEW, DAMAGED, GOODWILL, NON_CONFORMITY, OPENED, RECALL, WITHDRAWAL
from kiosk.text import Words


def ground_titles(say: Words) -> dict[str, str]:
    """On which ground goods come back."""
    return {
        GOODWILL: say("Goodwill"), WITHDRAWAL: say("Withdrawal (web)"),
        NON_CONFORMITY: say("Not as agreed (law)"), RECALL: say("Recall"),
    }  # fmt: skip


def reason_titles(say: Words) -> dict[str, str]:
    """Why they do."""
    return {
        "fit": say("Does not fit"), "dislike": say("Not liked"), "broken": say("Broken"), "wrong": say("Wrong article"),
        "gift": say("A gift"),
    }  # fmt: skip


def condition_titles(say: Words) -> dict[str, str]:
    """In what state they are."""
    return {AS_NEW: say("As new"), OPENED: say("Opened"), DAMAGED: say("Damaged")}


def void_titles(say: Words) -> list[str]:
    """Why a finished sale is voided."""
    return [say("Rung up wrongly"), say("The customer changed their mind"), say("Paid with the wrong tender")]
