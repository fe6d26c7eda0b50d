"""What the bot serves over HTTP: figures for the operator's monitoring. Loopback only; no person ever comes here."""
