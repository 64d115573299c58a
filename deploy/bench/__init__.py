# SPDX-License-Identifier: EUPL-1.2
"""`make bench`: what the system does per second, beside the bare limit measured in the same run on the same machine."""
