# SPDX-License-Identifier: EUPL-1.2
"""Reads: from the database to the HTTP shapes."""
