# SPDX-License-Identifier: EUPL-1.2
"""The five services in virtual time: one thread, one seed, every failure of the plan, then the accounts."""
