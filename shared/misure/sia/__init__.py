# SPDX-License-Identifier: EUPL-1.2
"""Sostegno per l'inclusione attiva: the rules of 2016 and 2017, kept so that past bimestri can be recomputed."""
