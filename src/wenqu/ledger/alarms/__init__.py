"""Area alarms: several reports on one scheme or village in a short time."""
