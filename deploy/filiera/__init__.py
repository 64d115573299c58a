# SPDX-License-Identifier: EUPL-1.2
"""The supply chain: what comes from others, under which licence, with which known flaws."""
