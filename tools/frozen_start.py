"""Runs first in the built application: chooses the locale that Python would have chosen.

Python's own launcher turns the locale C into C.UTF-8 (PEP 538); PyInstaller's does not, and Qt
then complains on stderr at every start.
"""

import locale
import os
import sys

if sys.platform.startswith("linux"):
    try:
        locale.setlocale(locale.LC_CTYPE, "")
        is_utf8 = locale.nl_langinfo(locale.CODESET).upper() in {"UTF-8", "UTF8"}
    except locale.Error:
        is_utf8 = False
    if not is_utf8:
        # LC_ALL outweighs LC_CTYPE; where it is not set, language and number formats stay.
        os.environ["LC_ALL" if os.environ.get("LC_ALL") else "LC_CTYPE"] = "C.UTF-8"
