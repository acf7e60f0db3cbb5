"""Backup and restore, health, metrics, logs, doctor: what keeps a server running."""
