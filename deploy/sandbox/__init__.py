# SPDX-License-Identifier: EUPL-1.2
"""The external systems, simulated over real HTTP: PDND, identity, ANPR, INPS-ISEE, PRA, Giustizia, UNILAV, Poste, App IO, mail."""
