# SPDX-License-Identifier: EUPL-1.2
"""What is outside: App IO, the mail server, the typesetter of the letters."""
