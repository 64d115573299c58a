# SPDX-License-Identifier: EUPL-1.2
"""Payments: owns posizioni, monthly lotti, erogazioni, payment flows with their outcomes, ledger, sums to recover.

Publishes ErogazioneDisposta, ErogazioneEseguita, ErogazioneScartata, ErogazioneRestituita.
Listens to SpettanzaDeterminata, PadSottoscritto, SospensioneDisposta, SospensioneRevocata, DomandaCessata.
"""
