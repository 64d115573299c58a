# SPDX-License-Identifier: EUPL-1.2
"""Rows <-> domain, by array statements."""
