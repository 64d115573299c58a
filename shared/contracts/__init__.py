# SPDX-License-Identifier: EUPL-1.2
"""The events that the services exchange: one module per publisher, frozen models, one version per class."""
