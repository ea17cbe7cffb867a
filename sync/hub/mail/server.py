"""The mail server as the hub's settings name it; without a host nobody is written to."""

from dataclasses import dataclass, field

PLAIN, STARTTLS, TLS = "none", "starttls", "tls"
WAYS = (PLAIN, STARTTLS, TLS)


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mails go out: SMTP at a host and port, over TLS from the start, after STARTTLS, or in the open."""

    host: str = ""
    port: int = 587
    tls: str = STARTTLS
    user: str = ""
    password: str = field(default="", repr=False)
    sender: str = ""
    give_up_hours: int = 72

    @property
    def is_on(self) -> bool:
        """Whether mails are sent."""
        return bool(self.host)

    def faults(self) -> list[str]:
        """What it has to have and has not, for a person."""
        wrong = [] if self.tls in WAYS else [f"tls one of {', '.join(WAYS)}"]
        wrong += [] if 0 < self.port < 65_536 else ["port 1 to 65535"]
        wrong += ["sender an address, because host is set"] if self.host and "@" not in self.sender else []
        return wrong + (["password only over TLS"] if self.password and self.tls == PLAIN else [])
