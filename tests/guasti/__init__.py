# SPDX-License-Identifier: EUPL-1.2
"""Faults on the real thing: services as processes killed under load, broker and database taken away, then the accounts."""
