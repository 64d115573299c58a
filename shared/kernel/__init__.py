# SPDX-License-Identifier: EUPL-1.2
"""The words everyone uses: codice fiscale, importo, mese, legal day, identifiers."""
