"""Names of the socket events the contract knows, in each direction."""

from enum import StrEnum


class ClientEvent(StrEnum):
    """An event a client sends; each is acknowledged."""

    JOIN_PROJECT = "join:project"
    LEAVE_PROJECT = "leave:project"
    JOIN_SPRINT = "join:sprint"
    LEAVE_SPRINT = "leave:sprint"
    TASK_CREATE = "task:create"
    TASK_UPDATE = "task:update"
    TASK_DELETE = "task:delete"
    EPIC_CREATE = "epic:create"
    EPIC_UPDATE = "epic:update"
    EPIC_DELETE = "epic:delete"
    PROJECT_UPDATE = "project:update"
    SPRINT_START = "sprint:start"
    SPRINT_COMPLETE = "sprint:complete"


class ServerEvent(StrEnum):
    """An event the server broadcasts to a room, or sends to one person."""

    TASK_CREATED = "task:created"
    TASK_UPDATED = "task:updated"
    TASK_DELETED = "task:deleted"
    TASK_STATUS_CHANGED = "task:status_changed"
    EPIC_CREATED = "epic:created"
    EPIC_UPDATED = "epic:updated"
    EPIC_DELETED = "epic:deleted"
    PROJECT_CREATED = "project:created"
    PROJECT_UPDATED = "project:updated"
    SPRINT_STARTED = "sprint:started"
    SPRINT_COMPLETED = "sprint:completed"
    SYSTEM_NOTIFICATION = "system:notification"
