# SPDX-License-Identifier: EUPL-1.2
"""The registries as they speak: one client each, which turns its own shapes into ours."""
