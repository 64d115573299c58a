# SPDX-License-Identifier: EUPL-1.2
"""Supporto per la formazione e il lavoro (D.L. 48/2023, art. 12): requisiti, indennità, durata, percorso."""
