"""One mail over SMTP: what a server's refusal means for it, and whether another try makes sense."""

import smtplib
import ssl
from email.message import EmailMessage

from sync.hub.mail.server import STARTTLS, TLS, MailServer

TIMEOUT_S = 20.0


class NotSent(Exception):
    """A mail was not taken. `for_good`: it never will be. `is_away`: the server itself is not to be spoken to now."""

    def __init__(self, why: str, *, for_good: bool = False, is_away: bool = False) -> None:
        super().__init__(why)
        self.why, self.for_good, self.is_away = why, for_good, is_away


def send(server: MailServer, message: EmailMessage) -> None:
    """Hand a mail over. Raises NotSent."""
    try:
        with _connected(server) as line:
            if server.user:
                line.login(server.user, server.password)
            line.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        code, text = next(iter(error.recipients.values()))
        raise NotSent(_said(code, text), for_good=500 <= code < 600) from error
    except (smtplib.SMTPAuthenticationError, smtplib.SMTPHeloError, smtplib.SMTPConnectError) as error:
        raise NotSent(_said(error.smtp_code, error.smtp_error), is_away=True) from error
    except smtplib.SMTPResponseException as error:
        raise NotSent(_said(error.smtp_code, error.smtp_error), for_good=500 <= error.smtp_code < 600) from error
    except smtplib.SMTPNotSupportedError as error:
        raise NotSent(str(error), for_good=True) from error
    except (OSError, smtplib.SMTPException) as error:
        raise NotSent(f"{type(error).__name__}: {error}", is_away=True) from error


def _connected(server: MailServer) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if server.tls == TLS:
        return smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_S, context=context)
    line = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_S)
    if server.tls == STARTTLS:
        try:
            line.starttls(context=context)
        except BaseException:
            line.close()
            raise
    return line


def _said(code: int, text: bytes | str) -> str:
    return f"{code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"[:200]
