# SPDX-License-Identifier: EUPL-1.2
"""Applications and decisions: owns the domanda, what it declares, its decision and what is due each month.

Publishes DomandaPresentata, DomandaAccolta, DomandaRespinta, DomandaInEvidenza, SpettanzaDeterminata, DomandaCessata.
Listens to VerificaConclusa, PadSottoscritto, DecadenzaProposta.
"""
