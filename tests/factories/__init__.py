"""One factory per model, without randomness; ``factory_for`` finds it for generic tests."""

import importlib
import pkgutil

from factory.django import DjangoModelFactory


def factory_for(model):
    """The one factory of a model."""
    for found in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{found.name}")
    (found,) = [f for f in DjangoModelFactory.__subclasses__() if f._meta.model is model]
    return found
