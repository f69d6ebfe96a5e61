"""Kinds of study: one folder each."""

import os

__path__ += [folder for folder in os.environ.get("SIMBIZ_STUDIES", "").split(os.pathsep) if folder]
