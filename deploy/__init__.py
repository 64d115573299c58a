# SPDX-License-Identifier: EUPL-1.2
"""How the system is run: all in one on a machine, as containers, and with which simulated external systems."""
