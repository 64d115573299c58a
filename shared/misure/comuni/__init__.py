# SPDX-License-Identifier: EUPL-1.2
"""What more than one misura shares: kinds of treatment and the effects of a conduct on a benefit."""
