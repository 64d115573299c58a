# SPDX-License-Identifier: EUPL-1.2
"""Rows <-> domain: verifiche, interrogazioni, accertamenti."""
