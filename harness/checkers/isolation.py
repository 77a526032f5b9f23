"""Isolation: nothing of another project reaches a page, and nothing of one that does is shown."""

from __future__ import annotations

from collections.abc import Mapping

from harness.checkers.verdicts import Judging, Result, span_words
from harness.journal.boards import Reading
from harness.journal.client_history import ClientHistory
from harness.journal.entries import Sense
from harness.journal.lines import event_words
from harness.journal.server_history import Emission
from harness.journal.view import JournalView
from harness.journal.wire import Event

NAME = "isolation"
#: The stub's name for people who need not sign in: they may see everything.
_ANYBODY = "anonymous"
#: A page that goes to another project may draw the old board once more; and rooms change a little before.
_CHANGE_S = 0.25
_EDGE_S = 0.05
#: Events that were under way when the page left a room.
_LEFT_S = 1.0
_FOLLOWS_S = 1.0


def check(view: JournalView) -> Result:
    """Judges the server's choice of recipients, each page's wire, and every board."""
    judging = Judging(view, NAME, senses=(Sense.SCREEN, Sense.WIRE))
    for emission in view.server.emissions:
        if emission.genuine and not emission.replayed:
            _recipients(view, emission, judging)
    owners = _owners(view)
    for client in view.clients.values():
        on_purpose = {
            each.event.seq
            for emission in view.server.emissions
            if not emission.genuine or client.person in emission.astray
            for each in view.deliveries(emission)
            if each.event is not None
        }
        for event in client.wire.received:
            if event.seq not in on_purpose:
                _wire(view, client, event, judging)
        for reading in client.screen.boards:
            judging.judged()
            if client.badge.at(reading.t) != view.terms.badge_mock:
                _screen(view, client, reading, owners, judging)
            _painted_over(client, reading, owners, judging)
        for event in client.wire.received:
            _foreign_deletion(view, client, event, judging)
    return judging.result()


# -- the wire --------------------------------------------------------------------------------------------


def _recipients(view: JournalView, emission: Emission, judging: Judging) -> None:
    """Everybody that a room's event was sent to was in one of its rooms, by the server's own word."""
    if emission.room is None or emission.subject is None or not emission.room.startswith("project:"):
        return
    members = _members_before(view, emission)
    for sid, user in zip(emission.sids, emission.users, strict=True):
        if user in emission.astray:
            continue
        judging.judged()
        rooms = {
            stay.room
            for stay in view.server.stays
            if stay.sid == sid and stay.since - _EDGE_S <= emission.t <= stay.until + _EDGE_S
        }
        expected = emission.room in rooms or any(room.startswith("sprint:") for room in rooms)
        if not expected:
            _sent_astray(view, emission, sid, f"{user}, who is not in that room", judging)
        # Who was put out of a project hears nothing more of it.
        elif members is not None and user not in members and user != _ANYBODY:
            _sent_astray(view, emission, sid, f"{user}, who is no member any more", judging)


def _sent_astray(view: JournalView, emission: Emission, sid: str, to: str, judging: Judging) -> None:
    owner = view.client_of(sid)
    judging.found(
        f"the server sent {event_words(emission.name, emission.payload)} of {emission.room} to {to}",
        [emission.seq],
        client=owner.name if owner else None,
        entity=emission.subject.id if emission.subject else None,
        rule="recipients",
    )


def _members_before(view: JournalView, emission: Emission) -> list[object] | None:
    """The members of the emission's project, as the last news of the project says; None: there was none."""
    members = None
    for other in view.server.emissions:
        if other.t > emission.t:
            break
        told = other.payload.get("members") if isinstance(other.payload, Mapping) else None
        about = other.subject is not None and other.subject.kind == "project" and other.genuine
        if (
            about
            and other.subject
            and f"project:{other.subject.id}" == emission.room
            and isinstance(told, list)
        ):
            members = told
    return members


def _wire(view: JournalView, client: ClientHistory, event: Event, judging: Judging) -> None:
    """What arrives is of a project whose room the page is in, or has asked to be in."""
    subject = event.subject
    if subject is None or subject.project is None or subject.kind == "project":
        return
    judging.judged()
    asked = any(each.name == "join:project" and each.t <= event.t for each in client.requests)
    around = (view.since(event.t, _LEFT_S), event.t, view.due(event.t, _CHANGE_S))
    rooms = frozenset[str]().union(*map(client.joined.at, around))
    projects = {room.removeprefix("project:") for room in rooms if room.startswith("project:")}
    projects |= {shown for shown in map(client.project.at, around) if shown is not None}
    if projects and asked and subject.project not in projects:
        judging.found(
            f"{event_words(event.name, event.payload)} of project {subject.project} reached {client.name}, "
            f"whose page is in {', '.join(sorted(projects))}",
            [event.seq],
            client=client.name,
            entity=subject.id,
            rule=f"wire {subject.project}",
        )


# -- the screen ------------------------------------------------------------------------------------------


def _owners(view: JournalView) -> Mapping[str, str]:
    """Task id -> the project that it belongs to, by the server's word; ids that two projects have are out."""
    found: dict[str, str] = {}
    doubtful: set[str] = set()
    subjects = [each.subject for each in view.server.emissions if each.genuine]
    subjects += [task for truth in view.truths for task in truth.tasks]
    for client in view.clients.values():
        subjects += [task for call in client.lists() for task in call.tasks or ()]
    for subject in subjects:
        if subject is None or subject.kind != "task" or subject.project is None:
            continue
        if found.setdefault(subject.id, subject.project) != subject.project:
            doubtful.add(subject.id)
    # A made-up card of another project is in no store, but its payload says where it belongs.
    for emission in view.made_up:
        made = emission.subject
        if made is not None and made.kind == "task" and made.project is not None:
            found.setdefault(made.id, made.project)
    return {task: project for task, project in found.items() if task not in doubtful}


def _screen(
    view: JournalView, client: ClientHistory, reading: Reading, owners: Mapping[str, str], judging: Judging
) -> None:
    if reading.project is None:
        return
    left = _just_left(view, client, reading)
    for card in reading.cards:
        owner = owners.get(card.id)
        if owner is not None and owner != reading.project and owner not in left:
            judging.found(
                f"card {card.id} of project {owner} was on {client.name}'s board of {reading.project} "
                f"for {span_words(reading.until - reading.t)}",
                [*_arrivals(client, card.id), reading.seq],
                client=client.name,
                entity=card.id,
                rule="screen",
            )


def _just_left(view: JournalView, client: ClientHistory, reading: Reading) -> frozenset[str | None]:
    """The projects whose board the page may still draw; none once it has had time for the present one."""
    changed = max((t for t in client.project.times if t <= reading.t), default=0.0)
    if reading.until > view.due(changed, view.terms.allowed(_CHANGE_S)):
        return frozenset()
    return frozenset(client.project.at(t) for t in client.project.times if t < changed)


def _painted_over(
    client: ClientHistory, reading: Reading, owners: Mapping[str, str], judging: Judging
) -> None:
    """A card of this project that reads as an event of another project says."""
    for event in client.wire.received:
        subject = event.subject
        if subject is None or subject.kind != "task" or subject.title is None or event.t > reading.until:
            continue
        if subject.project in (None, reading.project) or owners.get(subject.id) == subject.project:
            continue
        card = reading.find(subject.id)
        before = client.screen.at(event.t)
        was = before.find(subject.id) if before else None
        if card is not None and card.text == subject.title and (was is None or was.text != subject.title):
            judging.found(
                f"card {card.id} on {client.name}'s board of {reading.project} was painted over by "
                f"{event.name} of project {subject.project}: it reads {card.text!r}",
                [event.seq, reading.seq],
                client=client.name,
                entity=card.id,
                rule="painted over",
            )


def _foreign_deletion(view: JournalView, client: ClientHistory, event: Event, judging: Judging) -> None:
    """A card of this project that goes when the deletion of another project's card of the same id arrives."""
    subject = event.subject
    if subject is None or not subject.deleted or subject.project is None or subject.kind != "task":
        return
    before = client.screen.at(event.t)
    if before is None or before.project in (None, subject.project) or before.find(subject.id) is None:
        return
    if view.server.deletion_of(subject.id) is not None or any(
        each.name.startswith(("task:delete", "DELETE")) and each.entity == subject.id
        for each in client.requests
    ):
        return
    judging.judged()
    for reading in client.screen.between(event.t, event.t + _FOLLOWS_S):
        same_board = (
            reading.has_board and reading.segment == before.segment and reading.filter == before.filter
        )
        if reading.t > event.t and same_board and reading.find(subject.id) is None:
            judging.found(
                f"card {subject.id} left {client.name}'s board of {before.project} when project "
                f"{subject.project} deleted one of that id",
                [event.seq, reading.seq],
                client=client.name,
                entity=subject.id,
                rule="deleted over",
            )
            return


def _arrivals(client: ClientHistory, card_id: str) -> list[int]:
    about = (each for each in client.wire.received if each.subject and each.subject.id == card_id)
    return [each.seq for each in about][-3:]
