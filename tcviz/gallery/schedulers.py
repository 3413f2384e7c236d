"""Where a Dask scheduler is, and whether one is there: asked before any work is sent."""

from __future__ import annotations

import asyncio
import re
from typing import Any

from tcviz.errors import OutputError, RequestError, complaint, did_you_mean, quoted
from tcviz.gallery.replies import line

SCHEMES = ("tcp", "tls", "ws", "wss")
ENCRYPTED = ("tls", "wss")
EXAMPLE = "such as tcp://host:8786"
CERTIFICATES = "distributed.comm.tls.ca-file and distributed.comm.tls.client.cert"
"""Where Dask's configuration names them."""
LAST_PORT = 65535


def check(address: str) -> None:
    """Raise RequestError if a scheduler cannot have this address; nobody is asked."""
    known = re.fullmatch(r"(\w+)://(\[[\da-fA-F:.]+\]|[\w.-]+):(\d{1,5})", address, re.ASCII)
    if known is None or not 1 <= int(known[3]) <= LAST_PORT:
        raise RequestError(complaint("scheduler", quoted(address), EXAMPLE))
    if known[1] not in SCHEMES:
        hint = did_you_mean(known[1], SCHEMES)
        allowed = ", ".join(f"{scheme}://" for scheme in SCHEMES)
        raise RequestError(complaint("scheduler", quoted(address), allowed, hint=hint))


def check_certificates(address: str) -> None:
    """Raise RequestError if a connection is to be encrypted, and Dask does not know with what."""
    if address.partition(":")[0] not in ENCRYPTED:
        return
    try:
        missing = _security()["ssl_context"] is None
    except (OSError, ValueError) as error:  # files that are missing, or that are no certificates
        what = f"{quoted(address)} with certificates that cannot be read ({line(error)})"
        raise RequestError(complaint("scheduler", what, CERTIFICATES)) from error
    if missing:
        what = f"{quoted(address)} without certificates"
        allowed = f"those that Dask's configuration names, {CERTIFICATES}"
        raise RequestError(complaint("scheduler", what, allowed))


def reach(address: str, patience: float) -> None:
    """Raise OutputError if no scheduler answers within so many seconds.

    Dask's own client, when it fails to start, is waited for at its end, and told of.
    """
    try:
        known = asyncio.run(asyncio.wait_for(_identity(address, patience), 2 * patience))
    except Exception as error:  # whatever answered there may have said anything
        reason = f"within {patience:g} seconds"
        if not isinstance(error, OSError | TimeoutError):
            reason = f"as one would ({type(error).__name__})"
        raise OutputError(f"no scheduler answers at {quoted(address)} {reason}") from error
    if "workers" not in known:
        what = line(known.get("type", "another program"))
        raise OutputError(f"no scheduler answers at {quoted(address)}, but a {what}")


async def _identity(address: str, patience: float) -> Any:
    import distributed

    rpc: Any = distributed.rpc  # without types of its own, and perhaps not installed
    async with rpc(address, timeout=patience, connection_args=_security()) as peer:
        return dict(await peer.identity())


def _security() -> dict[str, Any]:
    """Return how Dask's configuration says that a client connects."""
    from distributed import security

    make: Any = security.Security
    known: dict[str, Any] = make().get_connection_args("client")
    return known
