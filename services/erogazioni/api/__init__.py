# SPDX-License-Identifier: EUPL-1.2
"""HTTP -> commands and queries, with the permissions beside the routes."""
