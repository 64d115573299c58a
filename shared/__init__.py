# SPDX-License-Identifier: EUPL-1.2
"""What the five services have in common: the law, the contracts, the machinery."""
