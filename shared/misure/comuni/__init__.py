# SPDX-License-Identifier: EUPL-1.2
"""What more than one misura shares: treatments, residence, territori, a missing ISEE, the effects of a conduct."""
