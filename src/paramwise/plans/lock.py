"""Lock files: a plan written as text that a person reviews, and read back without loss.

A lock is TOML: the base settings and rules as in a file of rules, the distinct outcomes, and the parameters, where
repeated blocks are written once. When a lock is read, its rules are applied again and the outcomes compared with those
that it lists; a digest finds a line that was changed by hand.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from paramwise.files.atomic import replace_text
from paramwise.files.config import toml
from paramwise.files.config.faults import FaultsError
from paramwise.files.regular import read_regular
from paramwise.findings import InputError, ParamwiseError
from paramwise.plans.lock_reading import plan_of_tables
from paramwise.plans.lock_writing import SCHEMA, unsigned_text
from paramwise.plans.plan import Plan
from paramwise.words import public

MOST_BYTES = 50_000_000
_DIGEST = re.compile(r'^digest = ".*"\n', re.MULTILINE)


@public
def write_lock(plan: Plan, path: str | Path, source: str | None = None) -> Path:
    """Write a plan to a lock file; the old file stays until the new one is whole.

    Args:
        plan: what to lock.
        path: of the file, commonly ``paramwise.lock``.
        source: names what was planned.

    Raises:
        InputError: the file cannot be written, or a setting is None, which a file cannot express.
    """
    path = Path(path)
    text = lock_text(plan, source)
    try:
        replace_text(path, text)
    except InputError:
        raise
    except (OSError, ValueError) as error:  # ValueError: a NUL is in no name
        why = error.strerror if isinstance(error, OSError) else error
        raise InputError(f"cannot be written: {why}", where=str(path), help="check the folder") from error
    return path


@public
def read_lock(path: str | Path) -> Plan:
    """The plan that a lock file holds.

    Raises:
        InputError: the file does not exist, is not a lock, or was changed by hand.
    """
    path = Path(path)
    try:
        if not path.exists():
            raise InputError(
                f"there is no lock {path}", where=str(path), help=f"write it: paramwise lock SOURCE -o {path}"
            )
        text = read_regular(path, MOST_BYTES).decode("utf-8-sig").replace("\r\n", "\n")  # git and editors change these
    except UnicodeDecodeError:
        raise _damaged(path, "it is not UTF-8") from None
    except OSError as error:
        raise InputError(
            f"cannot read {path}: {error.strerror}", where=str(path), help="check its name and permissions"
        ) from None
    return plan_of_text(text, path)


def lock_text(plan: Plan, source: str | None = None) -> str:
    """A plan as the text of a lock file.

    Raises:
        InputError: a setting is None, which a file cannot express.
    """
    text = unsigned_text(plan, source)
    return text.replace('digest = ""\n', f'digest = "{digest_of(text)}"\n', 1)


def plan_of_text(text: str, path: Path) -> Plan:
    """The plan that the text of a lock file holds.

    Args:
        text: of the file.
        path: how errors call the file.

    Raises:
        InputError: the text is not a lock, or was changed by hand.
    """
    try:
        tables = toml.parse(text, str(path))
    except InputError as error:
        raise _damaged(path, error.findings[0].message) from None
    if tables.get("schema") != SCHEMA:
        raise InputError(
            f"cannot read the lock: its schema is {tables.get('schema')!r}",
            where=str(path),
            help=f"this version reads {SCHEMA!r}; write the lock again: paramwise lock SOURCE -o {path}",
        )
    if tables.get("digest") != digest_of(text):
        raise _damaged(path, "its digest is not that of its text")
    try:
        return plan_of_tables(tables, path)
    except FaultsError as error:
        _, finding = error.found[0]
        raise _damaged(path, f"its rules cannot be read: {finding.message}") from None
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, RecursionError) as error:
        if not isinstance(error, ParamwiseError):
            raise _damaged(path, f"{type(error).__name__}: {error}"[:300]) from None
        if error.findings[0].where:
            raise
        raise _damaged(path, error.findings[0].message) from None


def digest_of(text: str) -> str:
    """The digest of the text of a lock, whatever digest stands in it."""
    return hashlib.sha256(_DIGEST.sub("", text, count=1).encode()).hexdigest()


def _damaged(path: Path, why: str) -> InputError:
    return InputError(
        "the lock is not as it was written",
        where=str(path),
        evidence=[why],
        help=f"a lock is not edited by hand: change the rules, then paramwise lock SOURCE -o {path}",
    )
