"""The table of the contract's REST routes: dispatcher and OpenAPI document are both made from it."""

from mock_server import inputs
from mock_server.commands import Command
from mock_server.errors import ErrorCode
from mock_server.rest import handlers
from mock_server.rest.route import READ_ERRORS, Route
from mock_server.rest.service_routes import service_routes, sign_in_routes

_WRITE = (ErrorCode.INVALID_INPUT, *READ_ERRORS)
_VERSIONED = (*_WRITE, ErrorCode.CONFLICT)


def _project_routes() -> list[Route]:
    path = "/api/projects"
    return [
        Route(
            method="GET",
            template=path,
            summary="List the projects that the caller is a member of",
            handler=handlers.list_projects,
            result="Project",
            many=True,
            errors=(ErrorCode.UNAUTHORIZED,),
        ),
        Route(
            method="POST",
            template=path,
            summary="Create a project; the caller becomes a member",
            handler=handlers.change(Command.PROJECT_CREATE, status=201),
            input=inputs.ProjectCreate,
            result="Project",
            status=201,
            errors=_WRITE,
        ),
        Route(
            method="GET",
            template=f"{path}/{{id}}",
            summary="Get a project",
            handler=handlers.get_project,
            result="Project",
        ),
        Route(
            method="PATCH",
            template=f"{path}/{{id}}",
            summary="Change a project (`members`: admins only)",
            handler=handlers.change(Command.PROJECT_UPDATE),
            input=inputs.ProjectUpdate,
            result="Project",
            errors=_VERSIONED,
        ),
    ]


def _task_routes() -> list[Route]:
    of_project, one = "/api/projects/{id}/tasks", "/api/tasks/{id}"
    return [
        Route(
            method="GET",
            template=of_project,
            summary="List a project's tasks by column and place; `metadata.cursor` is null on the last page",
            handler=handlers.list_tasks,
            many=True,
            query=("limit", "cursor"),
            errors=(ErrorCode.INVALID_INPUT, *READ_ERRORS),
        ),
        Route(
            method="POST",
            template=of_project,
            summary="Create a task",
            handler=handlers.change(Command.TASK_CREATE, parameter="projectId", status=201),
            input=inputs.TaskCreate,
            status=201,
            errors=_WRITE,
        ),
        Route(method="GET", template=one, summary="Get a task", handler=handlers.get_task),
        Route(
            method="PATCH",
            template=one,
            summary="Change the fields given; a stale `version` gets 409 with the current task in `details`",
            handler=handlers.change(Command.TASK_UPDATE),
            input=inputs.TaskUpdate,
            errors=_VERSIONED,
        ),
        Route(
            method="DELETE",
            template=one,
            summary="Delete a task",
            handler=handlers.change(Command.TASK_DELETE),
            result="Deleted",
            query=("version",),
            errors=_VERSIONED,
        ),
    ]


def _move_routes() -> list[Route]:
    what = "column and place: `position` is the number that orders cards, `index` lets the server find one"
    return [
        Route(
            method=method,
            template=f"/api/tasks/{{id}}/{verb}",
            summary=f"Change {what}",
            handler=handlers.change(Command.TASK_MOVE),
            input=inputs.TaskMove,
            errors=_VERSIONED,
        )
        for method, verb in (("PATCH", "status"), ("PUT", "status"), ("POST", "move"))
    ]


def _epic_routes() -> list[Route]:
    of_project, one = "/api/projects/{id}/epics", "/api/epics/{id}"
    return [
        Route(
            method="GET",
            template=of_project,
            summary="List a project's epics",
            handler=handlers.list_epics,
            result="Epic",
            many=True,
        ),
        Route(
            method="POST",
            template=of_project,
            summary="Create an epic",
            handler=handlers.change(Command.EPIC_CREATE, parameter="projectId", status=201),
            input=inputs.EpicCreate,
            result="Epic",
            status=201,
            errors=_WRITE,
        ),
        Route(
            method="PATCH",
            template=one,
            summary="Change an epic; its progress follows from its tasks and cannot be set",
            handler=handlers.change(Command.EPIC_UPDATE),
            input=inputs.EpicUpdate,
            result="Epic",
            errors=_VERSIONED,
        ),
        Route(
            method="DELETE",
            template=one,
            summary="Delete an epic; its tasks stay, without epic",
            handler=handlers.change(Command.EPIC_DELETE),
            result="Deleted",
            query=("version",),
            errors=_VERSIONED,
        ),
    ]


def _sprint_routes() -> list[Route]:
    of_project, one = "/api/projects/{id}/sprints", "/api/sprints/{id}"
    return [
        Route(
            method="GET",
            template=of_project,
            summary="List a project's sprints",
            handler=handlers.list_sprints,
            result="Sprint",
            many=True,
        ),
        Route(
            method="POST",
            template=of_project,
            summary="Create a planned sprint",
            handler=handlers.change(Command.SPRINT_CREATE, parameter="projectId", status=201),
            input=inputs.SprintCreate,
            result="Sprint",
            status=201,
            errors=_WRITE,
        ),
        *(
            Route(
                method="POST",
                template=f"{one}/{verb}",
                summary=f"{verb.title()} a sprint",
                handler=handlers.change(command),
                input=inputs.SprintStep,
                result="Sprint",
                errors=_VERSIONED,
            )
            for verb, command in (
                ("start", Command.SPRINT_START),
                ("complete", Command.SPRINT_COMPLETE),
            )
        ),
    ]


ROUTES: tuple[Route, ...] = (
    *sign_in_routes(),
    *_project_routes(),
    *_task_routes(),
    *_move_routes(),
    *_epic_routes(),
    *_sprint_routes(),
    *service_routes(lambda: ROUTES),
)
