# SPDX-License-Identifier: EUPL-1.2
"""What a posizione, a lotto, an erogazione and the ledger are: pure data and functions."""
