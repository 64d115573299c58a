# SPDX-License-Identifier: EUPL-1.2
"""What is told, to whom, on which channel: pure."""
