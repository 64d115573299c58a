# SPDX-License-Identifier: EUPL-1.2
"""What a caso is and how it changes: states, terms and pure functions."""
