"""One connection: SMTP (RFC 5321) or LMTP (RFC 2033), spoken over aiosmtpd's protocol.

aiosmtpd gives the connection, STARTTLS and the stream; the conversation is our own, because its
faults are permanent refusals, its DATA grows in memory, and its lines are short. What a client is
told never depends on an exception's text.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Any

import structlog
from aiosmtpd.smtp import SMTP, TLSSetupException
from aiosmtpd.smtp import Session as Client

from helpdesk.outages import outage
from mailgate.smtp.envelope_draft import EnvelopeDraft, RefusedError
from mailgate.smtp.intake import FAULT, CutOffError, Intake
from mailgate.smtp.limits import plain_address
from mailgate.smtp.server_state import ServerState, Stage
from mailgate.smtp.wire import HungUpError, LineTooLongError, Wire
from mailgate.spool.spool import Envelope

log = structlog.get_logger()

#: What speaks another protocol at us may be a browser made to relay a stranger's commands.
_OTHER_PROTOCOL = re.compile(rb"(GET|POST|PUT|HEAD|CONNECT|OPTIONS)(\s|$)|[\w-]+:|\x16\x03", re.I)
_HOST_NAME = re.compile(r"[\x21-\x7e\u0080-\U0010ffff]{1,255}")
#: Commands that lead towards a mail; of the others only so many are heard.
_OF_A_MAIL = frozenset({"MAIL", "RCPT", "DATA"})
_PURPOSEFUL = _OF_A_MAIL | {"QUIT"}


class SmtpSession(SMTP):
    """One SMTP connection."""

    lmtp = False
    line_length_limit = 64 * 1024

    def __init__(self, state: ServerState, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(
            None,
            data_size_limit=state.largest,
            enable_SMTPUTF8=True,
            hostname=state.hostname,
            ident="ESMTP Postdesk",
            tls_context=state.tls,
            timeout=state.limits.idle,
            loop=loop,
        )
        self._state = state
        self._limits = state.limits
        self._verbs: dict[str, Callable[[str | None], Any]] = self._smtp_methods
        for name in ("AUTH", "EXPN", *(("HELO", "EHLO") if self.lmtp else ("LHLO",))):
            self._verbs.pop(name, None)
        self._address = ""
        self._inside = False
        self._errors = 0
        self._idle_commands = 0
        self._stage = Stage.TALKING
        self._heard = 0.0
        self._last_word: str | None = None
        self._end: asyncio.TimerHandle | None = None

    # The connection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self._original_transport is not None:
            # The same connection, now over TLS: nothing read before it counts (RFC 3207 4.2).
            self._wire.forget()
            super().connection_made(transport)
            return
        assert isinstance(transport, asyncio.Transport)
        self._address = plain_address(transport.get_extra_info("peername"))
        if not self._state.connections.enter(self._address):
            transport.write(b"421 4.7.0 Too many connections, please try again later\r\n")
            transport.close()
            return
        self._inside = True
        self._state.enter(self)
        self._end = self.loop.call_later(self._limits.session, self.stop, "421 4.4.2 Time is up")
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if self._inside:
            self._inside = False
            self._state.connections.leave(self._address)
            self._state.sessions.discard(self)
            assert self._end is not None
            self._end.cancel()
            super().connection_lost(error)

    def eof_received(self) -> bool | None:
        # A client may end its side and still wait for our answers: the stream's end ends the
        # conversation in its turn. Over TLS there is no half.
        if not self._inside:
            return False
        asyncio.StreamReaderProtocol.eof_received(self)
        return self._client().ssl is None

    def _cb_client_connected(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        super()._cb_client_connected(reader, writer)
        self._wire = Wire(reader)

    def _set_rset_state(self) -> None:
        # Called by aiosmtpd too, where a connection begins and where TLS begins.
        self._draft = EnvelopeDraft()

    def _client(self) -> Client:
        # No property: aiosmtpd's constructor looks at every attribute, before there is a client.
        assert self.session is not None
        return self.session

    def _reset_timeout(self, duration: float | None = None) -> None:
        # One timer a connection that looks when it was last heard, not a new one a command.
        self._heard = self.loop.time()
        if self._timeout_handle is None:
            self._timeout_handle = self.loop.call_later(self._limits.idle, self._timeout_cb)

    def _timeout_cb(self) -> None:
        # While we commit, the client waits for us: no time of its own runs out.
        left = self._heard + self._limits.idle - self.loop.time()
        if self._stage is Stage.COMMITTING:
            left = self._limits.idle
        if left > 0:
            self._timeout_handle = self.loop.call_later(left, self._timeout_cb)
        else:
            self._hang_up("421 4.4.2 Nothing heard for too long, goodbye")

    def stop(self, last_word: str, *, spare: Stage = Stage.COMMITTING) -> None:
        """Say this and hang up: now, or, if the session stands at ``spare`` or beyond it, once
        its mail is answered."""
        if self._stage.value >= spare.value:
            self._last_word = last_word
        else:
            self._hang_up(last_word)

    def _hang_up(self, last_word: str) -> None:
        transport = self.transport
        if not isinstance(transport, asyncio.Transport) or transport.is_closing():
            return
        unread = transport.get_write_buffer_size()
        transport.write(f"{last_word}\r\n".encode())
        # Who does not even read our answers would keep the connection standing.
        if unread:
            transport.abort()
        else:
            transport.close()

    # The conversation

    async def _handle_client(self) -> None:
        try:
            await self.push(f"220 {self.hostname} {'LMTP' if self.lmtp else 'ESMTP'} Postdesk")
            while self.transport is not None and not self.transport.is_closing():
                await self._hear(await self._wire.read_line(self._limits.command_line))
        except HungUpError:
            pass
        except LineTooLongError:
            self._hang_up("421 4.7.0 Line too long, goodbye")
        except CutOffError as cut_off:
            _log_refusal("DATA", str(cut_off))
            self._hang_up(str(cut_off))
        except TLSSetupException:
            # The TLS layer tells nobody that the connection ended before it stood.
            log.info("smtp_tls_failed")
            self.connection_lost(None)
        except ConnectionError:
            pass
        finally:
            self._writer.close()

    async def _hear(self, line: bytes) -> None:
        if _OTHER_PROTOCOL.match(line):
            self._hang_up("421 4.7.0 This is a mail server, goodbye")
            return
        self._reset_timeout()
        word, _, argument = line.partition(b" ")
        command = word.decode("ascii", "replace").upper()
        verb = self._verbs.get(command)
        if command not in _PURPOSEFUL:
            self._idle_commands += 1
        try:
            if verb is None:
                raise RefusedError("500 5.5.2 Command not recognized")
            await verb(argument.decode("utf-8", "surrogateescape").strip(" \t") or None)
        except (HungUpError, CutOffError, TLSSetupException, ConnectionError):
            raise
        except RefusedError as refused:
            if command in _OF_A_MAIL:
                _log_refusal(command, str(refused))
            await self._refuse(str(refused))
        except Exception as error:
            self._set_rset_state()
            await self.push(await self.handle_exception(error))
        self._check_conduct()

    def _check_conduct(self) -> None:
        if self._last_word is not None:
            self._hang_up(self._last_word)
        elif self._errors >= self._limits.errors:
            self._hang_up("421 4.7.0 Too many errors, goodbye")
        elif self._idle_commands > self._limits.idle_commands:
            self._hang_up("421 4.7.0 Too many commands without a mail, goodbye")

    async def push(self, status: str | bytes) -> None:
        answer = status if isinstance(status, bytes) else status.encode()
        self._writer.write(answer + b"\r\n")
        await self._writer.drain()

    async def _refuse(self, answer: str) -> None:
        # What is to be tried later is no error of the client's, but not heard for ever either.
        if answer.startswith("5"):
            self._errors += 1
        else:
            self._idle_commands += 1
        await self.push(answer)

    async def handle_exception(self, error: Exception) -> str:
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        where = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""
        # Not the exception's text: it may hold an address.
        log.error("smtp_fault", cause=type(error).__name__, where=where)
        return FAULT

    # Greeting

    async def smtp_HELO(self, arg: str | None) -> None:  # noqa: N802
        await self._greet(arg, [])

    async def smtp_EHLO(self, arg: str | None) -> None:  # noqa: N802
        offers = [
            "PIPELINING",
            f"SIZE {self._state.largest}",
            "8BITMIME",
            "SMTPUTF8",
            "ENHANCEDSTATUSCODES",
        ]
        if self.tls_context and not self._tls_protocol:
            offers.append("STARTTLS")
        await self._greet(arg, offers)

    async def _greet(self, name: str | None, offers: list[str]) -> None:
        if name is None or not _HOST_NAME.fullmatch(name):
            raise RefusedError("501 5.5.4 Syntax: the name of your host")
        self._set_rset_state()
        self._client().host_name = name
        self._client().extended_smtp = bool(offers)
        lines = [self.hostname, *offers]
        await self.push("\r\n".join([*(f"250-{line}" for line in lines[:-1]), f"250 {lines[-1]}"]))

    async def smtp_STARTTLS(self, arg: str | None) -> None:  # noqa: N802
        if arg:
            raise RefusedError("501 5.5.4 STARTTLS takes no argument")
        if self._tls_protocol:
            raise RefusedError("503 5.5.1 TLS is on already")
        if not self.tls_context:
            raise RefusedError("502 5.5.1 TLS is not available")
        await super().smtp_STARTTLS(None)

    # A mail

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802
        if not self._client().host_name:
            raise RefusedError("503 5.5.1 Greet first")
        await self._state.looked.wait()
        if self._state.disk_is_low:
            raise RefusedError("452 4.3.1 Not enough room on the disk, please try again later")
        self._draft.begin(arg, largest=self._state.largest)
        await self.push("250 2.1.0 OK")

    async def smtp_RCPT(self, arg: str | None) -> None:  # noqa: N802
        snapshot = self._state.snapshot
        snapshot.reload()  # one stat: a mailbox that was just added takes mail at once
        self._draft.add(arg, mailboxes=snapshot.current, most=self._limits.recipients)
        await self.push("250 2.1.5 OK")

    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802
        if arg:
            raise RefusedError("501 5.5.4 DATA takes no argument")
        if not self._draft.begun:
            raise RefusedError("503 5.5.1 MAIL first")
        if not self._draft.rcpt_tos:
            # RFC 2033 4.2 asks for 503 of LMTP; SMTP clients understand it too.
            raise RefusedError("503 5.5.1 No valid recipients")
        recipients = len(self._draft.rcpt_tos)
        try:
            answer = await self._take_in()
        finally:
            self._stage = Stage.TALKING
        self._set_rset_state()
        if answer.startswith("2"):
            self._idle_commands = 0
        else:
            _log_refusal("DATA", answer)
        # LMTP answers for each recipient (RFC 2033 4.2); one file in the spool serves them all.
        for _ in range(recipients if self.lmtp else 1):
            await self.push(answer)

    async def _take_in(self) -> str:
        """Receive the mail and make it safe: the answer."""
        state = self._state
        self._stage = Stage.RECEIVING
        writer = state.spool.begin(self._spool_envelope())
        intake = Intake(
            self._wire,
            writer,
            largest=state.largest,
            limits=self._limits,
            threads=state.threads,
            heard=self._reset_timeout,
        )
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        try:
            whole = await intake.receive()
        finally:
            intake.abandon()
        if whole is None:
            return intake.refusal or FAULT
        self._stage = Stage.COMMITTING
        try:
            name = await state.commits.commit(whole)
        except OSError as problem:
            outage("spool").failed(type(problem).__name__, errno=problem.errno)
            return FAULT
        finally:
            self._reset_timeout()
        outage("spool").worked()
        mailed_to = len(self._draft.rcpt_tos)
        log.info("mail_accepted", mail=name, size=intake.size, recipients=mailed_to)
        return f"250 2.0.0 OK, kept as {name}"

    def _spool_envelope(self) -> Envelope:
        draft = self._draft
        over_tls = self._client().ssl is not None
        if self.lmtp:
            protocol = "LMTP"
        else:
            protocol = "ESMTP" if self._client().extended_smtp else "SMTP"
        return Envelope(
            mail_from=draft.mail_from,
            rcpt_tos=tuple(draft.rcpt_tos),
            mailboxes=tuple(draft.mailboxes),
            peer=self._address,
            helo=self._client().host_name or "",
            tls=over_tls,
            # The words of RFC 3848 and RFC 6531 4.3.
            protocol=("UTF8" if draft.smtputf8 else "")
            + (protocol.removeprefix("E") if draft.smtputf8 else protocol)
            + ("S" if over_tls else ""),
        )

    # The rest

    async def smtp_RSET(self, arg: str | None) -> None:  # noqa: N802
        if arg:
            raise RefusedError("501 5.5.4 RSET takes no argument")
        self._set_rset_state()
        await self.push("250 2.0.0 OK")

    async def smtp_NOOP(self, arg: str | None) -> None:  # noqa: N802
        await self.push("250 2.0.0 OK")

    async def smtp_VRFY(self, arg: str | None) -> None:  # noqa: N802
        # The same for every address: who we know is not for strangers (RFC 5321 7.3).
        await self.push("252 2.1.5 Send mail, and see")

    async def smtp_HELP(self, arg: str | None) -> None:  # noqa: N802
        await self.push("214 2.0.0 See RFC 5321")

    async def smtp_QUIT(self, arg: str | None) -> None:  # noqa: N802
        self._hang_up("221 2.0.0 Bye")


def _log_refusal(command: str, answer: str) -> None:
    """One line for a mail, or one recipient of it, that is not taken: our own words say why."""
    code, _, rest = answer.partition(" ")
    status, _, reason = rest.partition(" ")
    log.info("mail_refused", command=command, code=int(code), status=status, reason=reason)


class LmtpSession(SmtpSession):
    """One LMTP connection: greeted by LHLO, answered for each recipient."""

    lmtp = True

    async def smtp_LHLO(self, arg: str | None) -> None:  # noqa: N802
        await self.smtp_EHLO(arg)
