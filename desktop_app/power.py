"""Whether the machine runs on its battery."""

from __future__ import annotations

import logging

_log = logging.getLogger(__name__)


def runs_on_battery() -> bool | None:
    """Ask the system; takes a fraction of a millisecond on most, and more where it is busy.

    Returns:
        None where there is no battery, or where the system does not say; no exception leaves this.

    """
    try:
        import psutil

        battery = psutil.sensors_battery()
    except Exception:  # noqa: BLE001 - drivers say the strangest things, and nothing hangs on it
        _log.debug("the battery cannot be asked", exc_info=True)
        return None
    # Of a battery that neither charges nor discharges, Linux may not know what the machine runs on.
    if battery is None or battery.power_plugged is None:
        return None
    return not battery.power_plugged
