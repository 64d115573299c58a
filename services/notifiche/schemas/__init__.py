# SPDX-License-Identifier: EUPL-1.2
"""Shapes: the sealed content of a notice, the sheet that fills the templates, the HTTP answers."""
