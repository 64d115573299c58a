# SPDX-License-Identifier: EUPL-1.2
"""The HTTP edge of every service: application, callers, permissions, problems, OpenAPI, status."""
