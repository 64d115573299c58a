# SPDX-License-Identifier: EUPL-1.2
"""PostgreSQL: one transaction per use case, the technical tables, the migrations, the pages."""
