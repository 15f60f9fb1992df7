# The public face: every public name, once. `__init__.py` loads a name from its file when it is first used.
# All other names are private: where they are may change.

from . import recipes as recipes
from .files.config.file import read_config as read_config
from .findings import Finding as Finding
from .findings import Findings as Findings
from .findings import InputError as InputError
from .findings import MissingExtraError as MissingExtraError
from .findings import OptionError as OptionError
from .findings import ParamwiseError as ParamwiseError
from .findings import PlanError as PlanError
from .findings import UnknownNameError as UnknownNameError
from .integrations.transformers import attach as attach
from .model.catalog import Catalog as Catalog
from .model.catalog import Parameter as Parameter
from .model.evidence import Evidence as Evidence
from .page.report import report as report
from .plans.groups import read_groups as read_groups
from .plans.lock import read_lock as read_lock
from .plans.lock import write_lock as write_lock
from .plans.plan import Plan as Plan
from .plans.planning import plan as plan
from .plans.suggest import suggest_rules as suggest_rules
from .plans.today import compare as compare
from .rules.expectations import Expectation as Expectation
from .rules.expectations import expect as expect
from .rules.rule import Rule as Rule
from .rules.selectors import Selector as Selector
from .rules.selectors import depth as depth
from .rules.selectors import everything as everything
from .rules.selectors import layer as layer
from .rules.selectors import marked as marked
from .rules.selectors import module as module
from .rules.selectors import name as name
from .rules.selectors import ndim as ndim
from .rules.selectors import regex as regex
from .rules.selectors import role as role
from .rules.selectors import token as token
from .rules.selectors import tower as tower
from .rules.selectors import trainable as trainable
from .sources.reading import read as read
from .torch.audit.auditing import audit as audit
from .torch.audit.probe import probe as probe
from .torch.optimizers.combined import CombinedOptimizer as CombinedOptimizer
from .torch.optimizers.unfreeze import UnfreezeSchedule as UnfreezeSchedule
from .torch.state.convert import convert_state as convert_state
from .torch.state.exporting import export_state as export_state
from .torch.state.keeping import load_state as load_state
from .torch.state.keeping import save_state as save_state
from .torch.trace.tracing import trace as trace
from .torch.watch.metrics import metrics as metrics

__version__: str
