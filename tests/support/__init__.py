# SPDX-License-Identifier: EUPL-1.2
"""What the tests of every service stand on: servers of the session, databases, service in process, tokens, clock."""
