"""What can go wrong, in words a person can act on."""

from __future__ import annotations


class DuctoscopeError(Exception):
    """Base of every error that Ductoscope raises on purpose.

    The message is one plain sentence or two: what happened, the value that caused it, and what to do.
    Each kind is also the built-in exception that fits, so callers need not know this class.
    """


class BadInputError(DuctoscopeError, ValueError):
    """Something given from outside (pixels, a setting, an argument) cannot be used."""


class BadFileError(DuctoscopeError, OSError):
    """A file is missing, damaged, of an unknown kind, or cannot be written."""


class DamagedFileError(BadFileError):
    """Something that was kept is damaged, and nothing here can read it any more."""


class DiskFullError(BadFileError):
    """The disk is too full to go on recording safely."""


class CalibrationError(DuctoscopeError, ValueError):
    """No fibre bundle can be found in a picture, or a bundle does not fit the camera's picture."""


class SourceError(DuctoscopeError, ConnectionError):
    """A picture source is absent, unplugged, or cannot be opened."""


class NotThereError(DuctoscopeError, LookupError):
    """Something that was asked for by its id does not exist (any more)."""


class NotAllowedError(DuctoscopeError, PermissionError):
    """Somebody's role does not allow this, or nobody is signed in."""


class ConflictError(DuctoscopeError, RuntimeError):
    """Somebody else changed the same thing meanwhile; look again before you go on."""


class JournalError(DuctoscopeError, OSError):
    """The journal cannot be reached, is damaged, or is of another version."""


class ConfigError(DuctoscopeError, ValueError):
    """A setting is unknown, of the wrong kind, or out of range."""


class PortInUseError(DuctoscopeError, OSError):
    """Another program already listens where the monitor should be served."""
