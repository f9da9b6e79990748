"""The SMTP server's sockets: shared with the servers of the same spool, and with nobody else."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import socket
import stat
from pathlib import Path

from helpdesk.settings import Listen


class SmtpStartError(Exception):
    """The SMTP server cannot begin. The text is one line for the operator."""


def open_socket(
    listen: Listen, spool_folder: Path, resources: contextlib.ExitStack
) -> socket.socket:
    """A bound socket, not listening yet.

    :param spool_folder: servers that share this folder may share a TCP port too (SO_REUSEPORT);
        for any other process it counts as taken.
    :param resources: gets what is to be closed with the listener.
    :raises SmtpStartError: it is taken, not permitted, or no address of this machine.
    """
    try:
        if listen.path:
            return _unix_socket(Path(listen.path), resources)
        return _tcp_socket(listen, spool_folder, resources)
    except OSError as problem:
        raise SmtpStartError(
            f"POSTDESK_SMTP_LISTEN: cannot listen on {listen}: {_why(problem)}"
        ) from None


def is_taken_by_a_server(listen: Listen, spool_folder: Path) -> bool:
    """Whether a server of this spool has the port, or is about to bind it.

    A unix socket is served by one alone, which :func:`open_socket` sees to.
    """
    try:
        lock = os.open(_lock_of(listen, spool_folder), os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False


def _lock_of(listen: Listen, spool_folder: Path) -> Path:
    return spool_folder / f"door-{listen.port}.lock"


def _why(problem: OSError) -> str:
    if problem.errno == errno.EADDRINUSE:
        return "it is in use by another program; choose another"
    if problem.errno in (errno.EACCES, errno.EPERM):
        return "not permitted; choose a port above 1023, or a folder you may write to"
    return str(problem.strerror or problem)


def _tcp_socket(
    listen: Listen, spool_folder: Path, resources: contextlib.ExitStack
) -> socket.socket:
    family = socket.AF_INET6 if ":" in listen.host else socket.AF_INET
    if not listen.port:
        return _bound(family, listen, shared=False)
    lock = os.open(_lock_of(listen, spool_folder), os.O_RDWR | os.O_CREAT, 0o600)
    resources.callback(os.close, lock)
    # Every server of this spool that has the port, or is about to bind it, shares this lock; so it
    # is taken first. Its name stays: servers of an older version look for it too.
    fcntl.flock(lock, fcntl.LOCK_SH)
    try:
        _bound(family, listen, shared=False).close()
    except OSError as problem:
        if problem.errno != errno.EADDRINUSE or not _held_by_another(lock):
            raise
    return _bound(family, listen, shared=True)


def _held_by_another(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        # A failed upgrade may have dropped the lock (flock(2)).
        fcntl.flock(lock, fcntl.LOCK_SH)
        return True
    return False


def _unix_socket(path: Path, resources: contextlib.ExitStack) -> socket.socket:
    with contextlib.suppress(FileNotFoundError):
        if not stat.S_ISSOCK(path.stat().st_mode) or _answers(path):
            raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))
        # Left by a process that was killed.
        path.unlink()
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        sock.bind(str(path))
        # The MTA in front shares the socket's group.
        path.chmod(0o660)
        sock.setblocking(False)
    except OSError:
        sock.close()
        raise
    resources.callback(path.unlink, missing_ok=True)
    return sock


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            return False
    return True


def _bound(family: socket.AddressFamily, listen: Listen, *, shared: bool) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        sock.bind((listen.host, listen.port))
        sock.setblocking(False)
    except OSError:
        sock.close()
        raise
    return sock
