"""Exceptions of TensorFlow's names and types.

    Exception
      OpError                     .message .error_code .op .node_def
        InvalidArgumentError      shapes, dtypes, indices that an op cannot take      (code 3)
        NotFoundError             something named does not exist                      (code 5)
        FailedPreconditionError   the state does not allow the call                   (code 9)
        OutOfRangeError           past the end                                        (code 11)
        UnimplementedError        TensorFlow has it, gradtape does not                (code 12)
        InternalError             an inconsistency inside gradtape                    (code 13)
        DataLossError             damaged data, as in a broken file                   (code 15)
      and, for programs that name them: AbortedError, AlreadyExistsError, CancelledError,
      DeadlineExceededError, PermissionDeniedError, UnauthenticatedError, UnavailableError,
      UnknownError

Messages say what came, what is allowed and what to do.
"""

from __future__ import annotations

from typing import Any

OK, CANCELLED, UNKNOWN, INVALID_ARGUMENT = 0, 1, 2, 3
DEADLINE_EXCEEDED, NOT_FOUND, ALREADY_EXISTS, PERMISSION_DENIED = 4, 5, 6, 7
RESOURCE_EXHAUSTED, FAILED_PRECONDITION, ABORTED, OUT_OF_RANGE = 8, 9, 10, 11
UNIMPLEMENTED, INTERNAL, UNAVAILABLE, DATA_LOSS = 12, 13, 14, 15
UNAUTHENTICATED = 16


class OpError(Exception):
    """The base of the errors that ops raise; `message` is its text."""

    error_code = UNKNOWN

    def __init__(self, node_def: Any = None, op: Any = None, message: str = "") -> None:
        if (
            isinstance(node_def, str) and not message
        ):  # OpError("text") as well as TensorFlow's form
            node_def, message = None, node_def
        super().__init__(message)
        self.node_def, self.op, self.message = node_def, op, message

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), (self.node_def, self.op, self.message))


class InvalidArgumentError(OpError):
    """An op was given a shape, dtype, index or value that it cannot take."""

    error_code = INVALID_ARGUMENT


class NotFoundError(OpError):
    """Something that was asked for by name does not exist."""

    error_code = NOT_FOUND


class FailedPreconditionError(OpError):
    """The state of an object does not allow the call."""

    error_code = FAILED_PRECONDITION


class ResourceExhaustedError(OpError):
    """Memory, or another resource, is used up."""

    error_code = RESOURCE_EXHAUSTED


class OutOfRangeError(OpError):
    """An iteration ran past its end."""

    error_code = OUT_OF_RANGE


class UnimplementedError(OpError):
    """TensorFlow has this; gradtape does not (the message names what comes nearest)."""

    error_code = UNIMPLEMENTED


class DataLossError(OpError):
    """Data are damaged or cut off."""

    error_code = DATA_LOSS


class AlreadyExistsError(OpError):
    """Something that was to be made is there already."""

    error_code = ALREADY_EXISTS


class PermissionDeniedError(OpError):
    """The system does not let this be done."""

    error_code = PERMISSION_DENIED


class CancelledError(OpError):
    """The operation was called off."""

    error_code = CANCELLED


class AbortedError(OpError):
    """The operation was ended before it was done."""

    error_code = ABORTED


class UnavailableError(OpError):
    """What was asked for cannot be reached now."""

    error_code = UNAVAILABLE


class DeadlineExceededError(OpError):
    """The time for it is over."""

    error_code = DEADLINE_EXCEEDED


class UnauthenticatedError(OpError):
    """Who asks is not known."""

    error_code = UNAUTHENTICATED


class UnknownError(OpError):
    """It failed, and nobody knows why."""

    error_code = UNKNOWN


class InternalError(OpError):
    """gradtape contradicts itself: please report it with a link."""

    error_code = INTERNAL


def shape_text(shape: Any) -> str:
    """A shape as TensorFlow's messages write it: `[2,3]`."""
    return "[" + ",".join(str(n) for n in shape) + "]"
