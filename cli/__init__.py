"""Hands only: parse, call, print, exit code. No rule lives here."""
