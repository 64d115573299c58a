# SPDX-License-Identifier: EUPL-1.2
"""What is asked to whom, what the answers mean, when a term is over: pure functions on immutable data."""
