# SPDX-License-Identifier: EUPL-1.2
"""Assegno di inclusione (D.L. 48/2023, artt. 1-11): requisiti, scala, importo, durata."""
