# SPDX-License-Identifier: EUPL-1.2
"""The whole system on one machine: private PostgreSQL and RabbitMQ, the launcher, the demo, the command line."""
