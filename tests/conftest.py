"""Settings of the property tests: no deadline, since a loaded machine is no defect; in CI always the same."""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("project", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("project")
