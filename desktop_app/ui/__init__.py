"""Windows, dialogs and what is painted on the picture."""
