"""The hooks in a watched program: one cheap call a step, a look when something changed.

They are put in while torch is still loading, so that this file needs nothing of torch but its optimizers, and loads
what looks (`paramwise.torch.watch.look`) at the first step. Nothing here may raise into the program, draw from its
random numbers, print, or stand in its tracebacks: hence torch's own hooks around steps, and no function of torch's is
wrapped.
"""

from __future__ import annotations

import sys
import threading
import time
import weakref
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch.optim.optimizer import Optimizer, register_optimizer_step_post_hook, register_optimizer_step_pre_hook

from paramwise.torch.watch.channel import read_settings, send

_LAST_SET = "_warned_capturable_if_run_uncaptured"
"""The attribute that ``Optimizer.__init__`` sets in its last line."""

_LATER = (2, 10, 100)
"""Steps at which an optimizer is looked at again while it is open what gets a gradient."""

_MISSED = (1, 10, 100)
"""Steps without a gradient, of a tensor that had one before, at which its optimizer is looked at again."""

_MOST_WOKEN = 20
"""How often an optimizer is looked at again because something that it does not hold was unfrozen."""

_FREE, _SHARE = 10.0, 0.02
"""Later looks may take so many seconds of the processor, then so large a part of the program's: others are put off."""


class Record:
    """What is known of one optimizer."""

    def __init__(self, optimizer: Optimizer, number: int, forget: Callable[[Any], object]) -> None:
        self.ref = weakref.ref(optimizer, forget)
        self.number = number
        self.built: list[Any] | None = None  # the rates of the groups, where their making was seen
        self.steps = 0
        self.skipped = False  # stepped by another one, which is looked at
        self.open = False  # whether it is open what gets a gradient
        self.due = True  # a look
        self.groups = 0
        self.rates: list[Any] = []  # at the last look
        self.moved = False  # rates have changed since the first look
        self.scheduled = False  # a scheduler had left its mark at the last look
        self.others = 0  # how many optimizers there were at the last look
        self.witness: weakref.ref[Any] | None = None  # a tensor that had a gradient when a step had ended
        self.missed = 0  # how often it had none
        self.frozen: list[weakref.ref[Any]] = []  # some tensors that were frozen, in no optimizer, at the last look
        self.woken = 0  # how often some of them were unfrozen
        self.again = False  # a look at the next step too: a gradient counts when it is another one than a look ago

    def changed(self, optimizer: Optimizer, others: int) -> bool:
        """Whether something is new since the last look. Called at every step."""
        groups = optimizer.param_groups
        if len(groups) != self.groups or others != self.others or (self.open and self.steps in _LATER):
            return True
        witness = None if self.witness is None else self.witness()
        if witness is not None and witness.grad is None:
            self.missed += 1
            if self.missed in _MISSED:  # the model may have been replaced
                return True
        if self.again:
            self.again = False
            return True
        for ref in self.frozen:
            tensor = ref()
            if tensor is not None and tensor.requires_grad and self.woken < _MOST_WOKEN:
                self.woken += 1
                self.again = True
                return True
        rates = rates_of(groups)
        if rates == self.rates:
            return not self.scheduled and has_scheduler(optimizer)
        if not self.moved:  # a scheduler, or the loop, did its first step
            return True
        if 0.0 in self.rates and 0.0 not in rates:  # the end of a warm-up
            return True
        return len(set(self.rates)) > 1 and len(set(rates)) == 1 and rates[0] != 0  # made equal

    def looked(self, optimizer: Optimizer, others: int) -> None:
        """Keep what `changed` compares with."""
        rates = rates_of(optimizer.param_groups)
        self.moved = self.moved or (bool(self.rates) and rates != self.rates)
        self.due, self.rates, self.groups, self.others = False, rates, len(optimizer.param_groups), others
        self.scheduled = has_scheduler(optimizer)


class Watch:
    """All that one process knows of its optimizers."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.records: dict[int, Record] = {}  # by the identity of the optimizer
        self.made = 0
        self.gradients: Any = None  # made when torch is there
        self.expect: Any = None  # what is expected to be trained, read at the first look
        self.teller: Record | None = None  # the optimizer that tells what is not as expected, of all of them
        self.spent = 0.0
        self.failed: set[str] = set()
        self.busy = threading.Lock()

    def record(self, optimizer: Optimizer) -> Record:
        """What is known of an optimizer, from now on if nothing was."""
        key = id(optimizer)
        found = self.records.get(key)
        if found is None or found.ref() is not optimizer:
            found = self.records[key] = Record(optimizer, self.made, lambda _: self.records.pop(key, None))
            self.made += 1
        return found

    def built(self, optimizer: Optimizer) -> None:
        """An optimizer was made."""
        try:
            record = self.record(optimizer)
            if not record.number:
                send(self.folder, {"made": True})
            if record.built is None:
                rates: list[Any] = [group.get("lr") for group in optimizer.param_groups]
                # a rate that is a tensor is moved in place
                record.built = [rate.detach().clone() if hasattr(rate, "detach") else rate for rate in rates]
        except Exception as error:
            self.fail("what an optimizer was built with", error)

    def before(self, optimizer: Optimizer, *_: object) -> None:
        """A step begins: the last moment to see gradients that the step itself clears."""
        if torch.compiler.is_compiling():  # a compiled step is traced with its hooks: they must leave no trace
            return
        try:
            record = self.record(optimizer)
            if record.due and not record.skipped:
                self.note_gradients([optimizer])
        except Exception as error:
            self.fail("gradients", error)

    def after(self, optimizer: Optimizer, *_: object) -> None:
        """A step has ended."""
        if torch.compiler.is_compiling():
            return
        try:
            record = self.record(optimizer)
            record.steps += 1
            if record.skipped or not (record.due or record.changed(optimizer, self.made)):
                return
            record.due = True
            # a look would wait for the device, and a capture may not
            if torch.cuda.is_initialized() and torch.cuda.is_current_stream_capturing():  # type: ignore[no-untyped-call]
                return
            if record.steps > 1 and self.spent > _FREE + _SHARE * time.process_time():
                return
            if _steps_inside(optimizer, sys._getframe(1)):
                record.skipped = True
                return
            if self.busy.acquire(blocking=False):  # another thread looks; this one does at its next step
                try:
                    self.look(optimizer, record)
                finally:
                    self.busy.release()
        except Exception as error:
            self.fail(f"at {type(optimizer).__name__}", error)

    def look(self, optimizer: Optimizer, record: Record) -> None:
        """Look at an optimizer, and tell what was found."""
        from paramwise.torch.memory import remember_rates
        from paramwise.torch.watch.look import look

        started = time.thread_time()
        record.looked(optimizer, self.made)  # before: what fails is not tried at every step
        settings = read_settings(self.folder)
        if record.built is not None:
            rates = [group.get("initial_lr", group.get("lr")) for group in optimizer.param_groups]
            record.built += rates[len(record.built) :]  # of groups added since
            remember_rates(optimizer, record.built)
        try:
            alive = self.alive()
            self.note_gradients([other for other, _ in alive])
            steps = {id(other): one.steps for other, one in alive}
            usual = record.witness is not None
            others = [other for other, _ in alive]
            if self.teller is None or self.teller.ref() is None:
                self.teller = record
            expect = self.expected(settings) if self.teller is record else ()
            ignore = settings["ignore"]
            found = look(optimizer, others, steps, record.number, self.gradients, usual, ignore, expect)
        finally:
            self.spent += time.thread_time() - started
        record.open = found.open
        record.frozen = list(map(weakref.ref, found.frozen))
        if found.witness is not None:
            record.witness = weakref.ref(found.witness)
        message = {"number": record.number, "optimizer": found.title, "step": record.steps}
        absent = found.absent if self.teller is record else None
        send(self.folder, {"look": {**message, "findings": found.findings, "absent": absent}})
        if any(finding["level"] in settings["stop_on"] for finding in found.findings):
            time.sleep(10)  # whoever watches ends the program meanwhile: no further step is taken

    def expected(self, settings: dict[str, Any]) -> Any:
        """What the file of rules expects."""
        if self.expect is None:
            self.expect = ()
            if settings["rules"] is not None:
                from paramwise.files.config.file import read_config

                self.expect = read_config(settings["rules"]).expect
        return self.expect

    def note_gradients(self, optimizers: Sequence[Optimizer]) -> None:
        """Remember which tensors of optimizers have a gradient now."""
        if self.gradients is None:
            from paramwise.torch.watch.look import Gradients

            self.gradients = Gradients()
        for optimizer in optimizers:
            self.gradients.note(tensor for group in optimizer.param_groups for tensor in group["params"])

    def alive(self) -> list[tuple[Optimizer, Record]]:
        """Every optimizer that is alive, in the order they were made."""
        pairs = [(record.ref(), record) for record in list(self.records.values())]
        found = [(optimizer, record) for optimizer, record in pairs if optimizer is not None]
        return sorted(found, key=lambda pair: pair[1].number)

    def fail(self, what: str, error: Exception) -> None:
        """Tell once what could not be done."""
        try:
            where = error.__traceback__
            while where is not None and where.tb_next is not None:
                where = where.tb_next
            place = f" ({where.tb_frame.f_code.co_filename}:{where.tb_lineno})" if where is not None else ""
            text = f"could not look {what}: {type(error).__name__}: {error}{place}"
            if text not in self.failed:
                self.failed.add(text)
                send(self.folder, {"failed": text})
        except Exception:
            return


class _LastSet:
    """Told when ``Optimizer.__init__`` has ended, by the attribute that it sets last.

    A wrapper of ``__init__`` or ``add_param_group`` would stand in the traceback of every program that gives an
    optimizer something wrong. The attribute stays where it was, in the optimizer's own dictionary.
    """

    def __init__(self, watch: Watch) -> None:
        self.watch = watch

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None or _LAST_SET not in instance.__dict__:
            raise AttributeError(f"{(owner or type(instance)).__name__!r} object has no attribute {_LAST_SET!r}")
        return instance.__dict__[_LAST_SET]

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[_LAST_SET] = value
        self.watch.built(instance)


def activate(folder: str) -> None:
    """Put the hooks in this process."""
    watch = Watch(folder)
    setattr(Optimizer, _LAST_SET, _LastSet(watch))
    register_optimizer_step_pre_hook(watch.before)
    register_optimizer_step_post_hook(watch.after)
    send(folder, {"torch": True})


def rates_of(groups: Sequence[Any]) -> list[Any]:
    """The learning rates that are plain numbers; of any other, None: to compare a tensor may wait for a device."""
    rates = [group.get("lr") for group in groups]
    return [rate if type(rate) in (float, int) else None for rate in rates]


def has_scheduler(optimizer: Optimizer) -> bool:
    """Whether a scheduler has left its mark: the first rate in a group, as torch's and timm's keep it."""
    groups = optimizer.param_groups
    return bool(groups) and "initial_lr" in groups[0]


def _steps_inside(optimizer: Optimizer, caller: Any) -> bool:
    """Whether an optimizer is stepped by the step of another one, as SAM's and a combined one's are.

    The caller of a hook is torch's function around ``step``; further out, that function belongs to the other one.
    """
    frame = caller.f_back
    while frame is not None:
        if frame.f_code is caller.f_code and frame.f_locals.get("self") is not optimizer:
            return True
        frame = frame.f_back
    return False
