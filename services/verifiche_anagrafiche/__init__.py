# SPDX-License-Identifier: EUPL-1.2
"""Checks against registries and Comuni: owns the verifica, its interrogazioni, the accertamenti comunali.

Publishes VerificaConclusa, AccertamentoComunaleRichiesto. Listens to DomandaPresentata, DomandaIntegrata, DomandaCessata.
"""
