"""One file for each change of the layout; `tables.LAYOUTS` names them in order."""
