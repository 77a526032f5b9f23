"""What callers may send, for REST bodies and socket events alike: checked before anything else sees it."""

from datetime import date
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictFloat,
    StrictInt,
    StringConstraints,
    ValidationError,
    WithJsonSchema,
)

from mock_server.errors import CallError, ErrorCode
from mock_server.scenario.model import STATUS_ALIASES, Priority, TaskStatus, canonical_status

_ID_LENGTH = 100
_FARTHEST = 1e12
_LARGEST = 999_999_999_999_999


def _whole(value: Any) -> Any:
    """Take 3.0 for 3: in JSON they are the same number."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _real_day(value: str) -> str:
    try:
        date.fromisoformat(value[:10])
    except ValueError:
        raise ValueError("there is no such day") from None
    return value


Id = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=_ID_LENGTH)]
Title = Annotated[
    str,
    StringConstraints(strict=True, strip_whitespace=True, min_length=1, max_length=200),
    Field(json_schema_extra={"pattern": r"\S"}),
]
Description = Annotated[str, StringConstraints(strict=True, max_length=10_000)]
Word = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=_ID_LENGTH)]
Day = Annotated[
    str,
    StringConstraints(strict=True, pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ].*)?$", max_length=40),
    AfterValidator(_real_day),
]
Status = Annotated[
    TaskStatus,
    BeforeValidator(canonical_status),
    WithJsonSchema({"type": "string", "enum": [*TaskStatus, *STATUS_ALIASES]}),
]
Number = Annotated[
    StrictInt | StrictFloat,
    Field(ge=-_FARTHEST, le=_FARTHEST, allow_inf_nan=False),
    WithJsonSchema({"type": "number", "minimum": -_FARTHEST, "maximum": _FARTHEST}),
]
Version = Annotated[StrictInt, Field(ge=0, le=_LARGEST), BeforeValidator(_whole)]
Index = Annotated[
    StrictInt,
    Field(ge=0, le=_LARGEST, description="Place in the target column, counted from 0"),
    BeforeValidator(_whole),
]


class _Input(BaseModel):
    """Unknown fields are refused, so that a misspelt one is not lost in silence."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, hide_input_in_errors=True)

    def given(self) -> dict[str, Any]:
        """Return the fields that were sent (null ones too), by their wire names."""
        return self.model_dump(by_alias=True, exclude_unset=True)


class _Mutation(_Input):
    version: Version | None = None
    mutation_id: Id | None = Field(default=None, alias="clientMutationId")


class _ReadOnly(_Input):
    """Fields that callers cannot set: ignored, not refused, so that whole entities may be sent back."""

    created_at: Any = Field(default=None, alias="createdAt")
    updated_at: Any = Field(default=None, alias="updatedAt")
    progress: Any = None


class ProjectRef(_Input):
    id: Id = Field(validation_alias=AliasChoices("id", "projectId"))


class SprintRef(_Input):
    id: Id = Field(validation_alias=AliasChoices("id", "sprintId"))


class _TaskFields(_Mutation, _ReadOnly):
    description: Description | None = None
    priority: Priority = Priority.P2
    status: Status = TaskStatus.TODO
    assignee: Word | None = None
    due_date: Day | None = Field(default=None, alias="dueDate")
    sprint_id: Id | None = Field(default=None, alias="sprintId")
    epic_id: Id | None = Field(default=None, alias="epicId")
    position: Number = Field(default=0, description="The number that orders the cards of a column")
    index: Index = 0


class TaskCreate(_TaskFields):
    project_id: Id = Field(alias="projectId")
    title: Title


class TaskUpdate(_TaskFields):
    id: Id = Field(validation_alias=AliasChoices("id", "taskId"))
    project_id: Id | None = Field(default=None, alias="projectId")
    title: Title = ""


class TaskMove(_Mutation):
    """`position` is the number that orders cards; `index` lets the server find one; neither: at the end."""

    id: Id = Field(validation_alias=AliasChoices("id", "taskId"))
    status: Status
    position: Number = 0
    index: Index = 0


class TaskDelete(_Mutation):
    id: Id = Field(validation_alias=AliasChoices("id", "taskId"))
    project_id: Id | None = Field(default=None, alias="projectId")


class EpicCreate(_Mutation, _ReadOnly):
    project_id: Id = Field(alias="projectId")
    title: Title
    description: Description | None = None
    status: Word = "active"


class EpicUpdate(_Mutation, _ReadOnly):
    id: Id = Field(validation_alias=AliasChoices("id", "epicId"))
    project_id: Id | None = Field(default=None, alias="projectId")
    title: Title = ""
    description: Description | None = None
    status: Word = ""


class EpicDelete(_Mutation):
    id: Id = Field(validation_alias=AliasChoices("id", "epicId"))
    project_id: Id | None = Field(default=None, alias="projectId")


class ProjectCreate(_Mutation, _ReadOnly):
    name: Title
    description: Description | None = None
    status: Word = "active"
    members: tuple[Id, ...] = ()


class ProjectUpdate(_Mutation, _ReadOnly):
    """Only an admin may change `members`."""

    id: Id = Field(validation_alias=AliasChoices("id", "projectId"))
    name: Title = ""
    description: Description | None = None
    status: Word = ""
    members: tuple[Id, ...] = ()


class SprintCreate(_Mutation):
    project_id: Id = Field(alias="projectId")
    name: Title


class SprintStep(_Mutation):
    id: Id = Field(validation_alias=AliasChoices("id", "sprintId"))
    project_id: Id | None = Field(default=None, alias="projectId")


class Login(_Input):
    email: Annotated[str, StringConstraints(strict=True, min_length=1, max_length=320)]
    password: Annotated[str, StringConstraints(strict=True, min_length=1, max_length=1_000)]


class Refresh(_Input):
    """The token may come in the body or in the Authorization header."""

    token: str | None = None


Model = TypeVar("Model", bound=BaseModel)


def parse(model: type[Model], payload: Any) -> Model:
    """Return `payload` as `model`; raises INVALID_INPUT with `[{field, message}]` naming every problem."""
    try:
        return model.model_validate(payload)
    except ValidationError as error:
        details = [
            {"field": ".".join(map(str, each["loc"])), "message": each["msg"]} for each in error.errors()
        ]
        first = details[0]
        text = f"{first['field']}: {first['message']}" if first["field"] else first["message"]
        raise CallError(ErrorCode.INVALID_INPUT, text, details=details) from None
