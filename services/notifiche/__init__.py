# SPDX-License-Identifier: EUPL-1.2
"""What a person must be told: owns recapiti, notices, letters (PDF) and deliveries by channel.

Publishes NotificaConsegnata, NotificaNonRecapitata.
Listens to the facts of domande, presa_in_carico and erogazioni that concern the richiedente.
"""
