"""What can go wrong with a job, in one tree.

    RunnerError
    ├── Permanent                      the same message fails again: never retried
    │   ├── InvalidMessage             the message is not a job
    │   ├── JobConflict                its job_id belongs to another job
    │   ├── AttemptsExhausted          every attempt was used, whoever used it
    │   ├── SourceMissing              there is no such object
    │   ├── SourceUnreadable           there is, but it can't be read as a file
    │   ├── SourceTooLarge             it exceeds the size limit
    │   ├── ChecksumMismatch           it is not the object that the message means
    │   └── DrawingRefused             the pipeline's verdict, with the code of ``pipelines.errors``
    ├── Transient                      may pass: retried until the attempts are used up
    │   ├── LimitExceeded              retried once: the next machine may be less busy
    │   │   ├── TimeLimit
    │   │   └── MemoryLimit
    │   ├── ChildCrashed               the converting process died
    │   ├── UnexpectedError            a fault of the program
    │   └── Outage                     not the drawing's doing: never charged to it
    │       ├── DetectorUnusable
    │       ├── StoreUnavailable
    │       ├── DatabaseUnavailable
    │       ├── BrokerUnavailable
    │       └── LocalDiskFull
    └── Halted                         nothing failed: somebody said stop
        ├── Cancelled                  the job
        ├── Stopping                   the runner
        └── LeaseLost                  the claim: somebody else has the job now

Each has a stable ``code``, a sentence on what is wrong, and one on what to do.

Apart from these stands ``WrongSetting``: with that, no job is even looked at.
"""

from __future__ import annotations

from typing import ClassVar


class RunnerError(Exception):
    """A job did not get to its end."""

    code: ClassVar[str] = "runner_error"
    remedy: ClassVar[str] = "Try again."

    def __init__(
        self, message: str = "", *, code: str | None = None, remedy: str | None = None, trace: str | None = None
    ) -> None:
        self.message = message or (type(self).__doc__ or "").strip()
        super().__init__(self.message)
        self.reason = code or self.code  #: the code in force: the class's, or a narrower one
        self.advice = remedy or self.remedy
        self.trace = trace  #: for whoever mends the program: a traceback, or the child's last words


class Permanent(RunnerError):
    """The same message fails again."""


class InvalidMessage(Permanent):
    """The message is not a job."""

    code = "invalid_message"
    remedy = "Publish it as `cad-runner schema message` describes."


class JobConflict(Permanent):
    """The job_id belongs to a job with another drawing or other options."""

    code = "job_conflict"
    remedy = "Use a new job_id for each drawing and each set of options."


class AttemptsExhausted(Permanent):
    """Every attempt was used up."""

    code = "attempts_exhausted"
    remedy = "Look at the errors of the attempts, mend their cause, and requeue the job."


class SourceMissing(Permanent):
    """There is no such object in the store."""

    code = "source_missing"
    remedy = "Upload the drawing before its message is published, and check file_path."


class SourceUnreadable(Permanent):
    """The source is not a file, or may not be read."""

    code = "source_unreadable"
    remedy = "Name a regular file that may be read."


class SourceTooLarge(Permanent):
    """The source exceeds the size limit."""

    code = "source_too_large"
    remedy = "Purge the drawing of what the plan does not need, or raise the limit."


class ChecksumMismatch(Permanent):
    """The source is not the object that the message means."""

    code = "checksum_mismatch"
    remedy = "Upload the drawing again, and publish the checksum of the bytes that were uploaded."


class DrawingRefused(Permanent):
    """The drawing can't be used."""

    code = "drawing_error"
    remedy = "Check the drawing in a CAD program, and export it again."


class Transient(RunnerError):
    """May pass: trying again may help."""


class LimitExceeded(Transient):
    """The conversion needed more than it may have; tried once more, elsewhere or later."""


class TimeLimit(LimitExceeded):
    """The conversion took too long."""

    code = "time_limit"
    remedy = "Raise the time limit, or purge the drawing of what the plan does not need."


class MemoryLimit(LimitExceeded):
    """The conversion needed more memory than it may have."""

    code = "memory_limit"
    remedy = "Raise the memory limit, or purge the drawing of what the plan does not need."


class ChildCrashed(Transient):
    """The converting process died."""

    code = "child_crashed"
    remedy = "Try again; if it happens again, report it with the drawing."


class UnexpectedError(Transient):
    """The program is at fault."""

    code = "unexpected_error"
    remedy = "This is a fault of cad-runner: report it with the drawing."


class Outage(Transient):
    """Something that the runner depends on is down; never charged to the drawing."""


class DetectorUnusable(Outage):
    """The detector that the settings ask for can't be run."""

    code = "model_unusable"
    remedy = "Correct YOLO_MODEL_PATH and USE_GPU; `cad-runner doctor` tries them."


class StoreUnavailable(Outage):
    """The object store can't be reached, or refuses."""

    code = "store_unavailable"
    remedy = "Check that the object store runs, and that the runner may read and write it."


class DatabaseUnavailable(Outage):
    """The database can't be reached."""

    code = "database_unavailable"
    remedy = "Check that the database runs, and its address and password."


class BrokerUnavailable(Outage):
    """The broker can't be reached."""

    code = "broker_unavailable"
    remedy = "Check that the broker runs, and its address and password."


class LocalDiskFull(Outage):
    """No space is left for temporary files."""

    code = "disk_full"
    remedy = "Make room where temporary files lie (TMPDIR): three times the size of the drawing."


class Halted(RunnerError):
    """Nothing failed: somebody said stop."""

    code = "halted"


class Cancelled(Halted):
    """The job was cancelled."""

    code = "cancelled"
    remedy = "Publish it under a new job_id if it is wanted after all."


class Stopping(Halted):
    """The runner is asked to stop; the message goes back."""

    code = "stopping"
    remedy = "Nothing: another runner takes the message."


class LeaseLost(Halted):
    """Another runner took the job over, since this one was silent for too long."""

    code = "lease_lost"
    remedy = "Nothing: the other runner settles the job."


class WrongSetting(Exception):
    """Settings are missing or wrong: nothing starts."""

    def __init__(self, *faults: str) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults  #: a line each: which setting, what is wrong with it, and the remedy
