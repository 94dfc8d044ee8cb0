"""Rasa's server without TensorFlow: none of our components uses it; it costs some 8 s at the start and 300 MB for ever.

Rasa imports it on three roads: its list of default components (DIET, TED and others, all imported at once), two helpers
of their training, and the validator of the training graph, which a model names. These modules are replaced, before Rasa
is imported, by ones that hold what a server with our model needs. Training is left as it is: it needs the validator.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType

_LIST = "rasa.engine.recipes.default_components"
_TRAINING = {
    "rasa.graph_components.validators.default_recipe_validator": ("DefaultV1RecipeValidator",),
    "rasa.utils.tensorflow.callback": ("RasaTrainingLogger", "RasaModelCheckpoint"),
    "rasa.utils.tensorflow.data_generator": ("RasaDataGenerator", "RasaBatchDataGenerator"),
}
OURS = {
    "rasa.nlu.extractors.entity_synonyms": "EntitySynonymMapper",
    "rasa.nlu.extractors.regex_entity_extractor": "RegexEntityExtractor",
    "rasa.core.policies.memoization": "MemoizationPolicy",
    "rasa.core.policies.rule_policy": "RulePolicy",
}
"""The components of Rasa that config.yml names, by module."""


def spare_tensorflow() -> None:
    """Replace these modules. Call it before anything of Rasa is imported.

    Raises:
        RuntimeError: Rasa's recipe has been imported already.
    """
    if "rasa.engine.recipes.default_recipe" in sys.modules:
        raise RuntimeError("spare_tensorflow() comes too late: Rasa has been imported")
    for module, names in _TRAINING.items():
        replacement = ModuleType(module)
        for name in names:
            setattr(replacement, name, type(name, (), {}))
        sys.modules[module] = replacement
    components = ModuleType(_LIST)
    sys.modules[_LIST] = components
    components.DEFAULT_COMPONENTS = [getattr(importlib.import_module(m), c) for m, c in OURS.items()]  # type: ignore[attr-defined]
