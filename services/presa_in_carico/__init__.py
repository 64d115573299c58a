# SPDX-License-Identifier: EUPL-1.2
"""Activation and case work: owns the caso of each nucleo, its PAD, convocazioni, incontri and sospensioni.

Publishes PadSottoscritto, NucleoPresoInCarico, SospensioneDisposta, SospensioneRevocata, DecadenzaProposta.
Listens to DomandaAccolta, DomandaCessata, NotificaNonRecapitata.
"""
