# SPDX-License-Identifier: EUPL-1.2
"""Events between services: outbox, relay, bus (RabbitMQ or in-process), inbox, retry and parking, jobs."""
