# SPDX-License-Identifier: EUPL-1.2
"""HTTP shapes of `domande`: what a CAF, a patronato or a citizen sends, and what they read back."""
