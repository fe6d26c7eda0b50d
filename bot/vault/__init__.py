"""Secrets: PINs, keys, sealed fields, the pad in memory, the tokens on buttons."""
