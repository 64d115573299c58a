# SPDX-License-Identifier: EUPL-1.2
"""The sample file of the demo: 200 lines a CAF could send, and what must come out of them."""
