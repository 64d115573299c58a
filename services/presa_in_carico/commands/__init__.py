# SPDX-License-Identifier: EUPL-1.2
"""One file per use case: load, decide, save, emit."""
