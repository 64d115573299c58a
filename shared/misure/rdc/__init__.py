# SPDX-License-Identifier: EUPL-1.2
"""Reddito and Pensione di cittadinanza (D.L. 4/2019, artt. 1-13): requisiti, importo, rettifiche, anno 2023, sanzioni."""
