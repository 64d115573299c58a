# SPDX-License-Identifier: EUPL-1.2
"""The rules of the misure: dated figures beside their norms, and pure functions that apply them to the facts."""
