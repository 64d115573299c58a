# SPDX-License-Identifier: EUPL-1.2
"""What `domande` uses outside its database: the typesetter of the decisions."""
