"""Whether the server has answered all that a browser asked of it, read from what the two say to each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

if TYPE_CHECKING:
    from playwright.sync_api import WebSocket


class ScriptRuns:
    """The runs of the script that one page asked for.

    The page says "running" only when the server has told it so: between a click and that word it looks as
    if nothing were to come. The request itself leaves the page with the click.
    """

    def __init__(self) -> None:
        self.is_awaited = False
        self._has_begun = False

    def watch(self, socket: WebSocket) -> None:
        socket.on("framesent", self.sent)
        socket.on("framereceived", self.received)

    def sent(self, frame: str | bytes) -> None:
        if isinstance(frame, bytes) and BackMsg.FromString(frame).WhichOneof("type") == "rerun_script":
            self.is_awaited, self._has_begun = True, False

    def received(self, frame: str | bytes) -> None:
        if not isinstance(frame, bytes):
            return
        message = ForwardMsg.FromString(frame)
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self._has_begun = True
        elif kind == "script_finished" and self._has_begun:
            self._has_begun = False
            self.is_awaited = message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN
