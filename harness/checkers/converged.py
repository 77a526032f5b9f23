"""Converged: when all is quiet, every board shows what the server has, in the same order."""

from __future__ import annotations

from collections.abc import Iterable

from harness.checkers.comparing import Board, compare
from harness.checkers.standing import excused, made_up_for, quiet_at
from harness.checkers.verdicts import Judging, Result, span_words
from harness.journal.client_history import ClientHistory
from harness.journal.entries import Entry, EntryKind, Sense, ServerKind
from harness.journal.marks import Fence
from harness.journal.payloads import Subject
from harness.journal.view import JournalView

NAME = "converged"
_QUIET_S = 1.0
_LIVELY = frozenset((EntryKind.HTTP, EntryKind.VIEW, EntryKind.ACTION))
_LIVELY_SERVER = frozenset((ServerKind.STORE, ServerKind.EMITTED, ServerKind.RECEIVED, ServerKind.REST))


def check(view: JournalView) -> Result:
    """Judges the boards at each fence; without one, at the end, if it was quiet then."""
    judging = Judging(view, NAME, senses=(Sense.SCREEN,))
    moments = _moments(view, judging)
    for fence in moments:
        boards = list(_boards(view, fence, judging))
        judging.judged(len(boards))
        for project in dict.fromkeys(board.reading.project for board in boards):
            compare(view, [each for each in boards if each.reading.project == project], project, judging)
    _boards_never_seen(view, judging)
    return judging.result()


def _moments(view: JournalView, judging: Judging) -> list[Fence]:
    quiet = [fence for fence in view.fences if fence.ok]
    failed = [fence for fence in view.fences if not fence.ok]
    if failed and not any(fence.t > failed[-1].t for fence in quiet) and not _is_broken(view, failed[-1].t):
        reason = failed[-1].reason or "no reason was given"
        judging.unclear(f"it never became quiet at the end: {reason}", [failed[-1].seq], rule="quiet")
    stop = max([client.closed_at for client in view.clients.values()], default=view.end)
    last = max((entry.t for entry in view.entries if _is_lively(entry) and entry.t <= stop), default=0.0)
    if not any(fence.t >= last for fence in view.fences):
        if stop - last >= _QUIET_S:
            quiet.append(Fence(seq=view.entries[-1].seq, t=stop - 1e-3, exact=False))
        elif not quiet and any(client.opened_a_board for client in view.clients.values()):
            judging.note(
                f"the spec ended {span_words(stop - last)} after the last event, before all was quiet"
            )
    return quiet


def _is_broken(view: JournalView, t: float) -> bool:
    """Whether a fault in force keeps things from becoming quiet."""
    return any(each.start <= t <= each.end for each in view.disturbances)


def _is_lively(entry: Entry) -> bool:
    """Whether the entry tells that something is going on; heartbeats do not."""
    if entry.kind is EntryKind.FRAME:
        return bool(entry.get("engine") == "message")
    if entry.kind is EntryKind.SERVER:
        return entry.get("what") in _LIVELY_SERVER
    return entry.kind in _LIVELY


def _boards(view: JournalView, fence: Fence, judging: Judging) -> Iterable[Board]:
    for client in view.clients.values():
        if not fence.covers(client.name) or not any(True for _ in client.screen.boards):
            continue
        if any(gap.sense is Sense.SCREEN for gap in view.gaps(client.name)):
            judging.note(f"{client.name}'s board was not seen as it was")
            continue
        look_t = quiet_at(view, client, fence)
        why_not = "an event had only just arrived" if look_t is None else excused(view, client, look_t)
        reading = None if look_t is None else client.screen.at(look_t)
        if why_not is not None or reading is None or look_t is None:
            judging.note(f"{client.name}'s board at {fence.t:+.3f}s: {why_not}")
            continue
        yield Board(
            client=client,
            reading=reading,
            t=look_t,
            whole=not view.is_filtered(client.name, look_t),
            excluded=frozenset(_excluded(view, client, look_t)),
        )


def _excluded(view: JournalView, client: ClientHistory, t: float) -> Iterable[str]:
    """Cards that a made-up event may have changed, and those that the page waits for an answer about."""
    for emission in made_up_for(view, client, t):
        subject = emission.subject
        if subject is not None and subject.kind == "task" and _may_act(view, client, subject, t):
            yield subject.id
    for request in client.requests:
        waiting = request.answered is None or request.answered > t
        if waiting and request.t <= t < request.t + view.terms.ack_timeout_s and request.entity:
            yield request.entity


def _may_act(view: JournalView, client: ClientHistory, subject: Subject, t: float) -> bool:
    """Whether an app may rightly follow a made-up event: it is of this project, and not old."""
    if subject.project not in (None, client.project.at(t)):
        return False
    written = [each.version or 0 for each in view.server.writes if each.id == subject.id and each.t <= t]
    truth = view.truth_at(t, subject.project)
    written += [task.version or 0 for task in truth.tasks if task.id == subject.id] if truth else []
    return subject.version is None or not written or subject.version >= max(written)


def _boards_never_seen(view: JournalView, judging: Judging) -> None:
    """A board that was opened and of which the lens never said a word: nobody knows what it showed."""
    for client in view.clients.values():
        quiet = any(
            fence.ok and fence.covers(client.name) and fence.t < client.closed_at for fence in view.fences
        )
        if client.opened_a_board and not client.screen.readings and quiet:
            opened = next(iter(client.of(EntryKind.CLIENT)), None)
            judging.unclear(
                f"{client.name} opened a board, and no view of it was recorded",
                [opened.seq if opened else None],
                client=client.name,
            )
