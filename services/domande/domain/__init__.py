# SPDX-License-Identifier: EUPL-1.2
"""What a domanda is and how it changes: states and pure functions."""
