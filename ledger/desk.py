"""The desk: everybody who waits goes into one commit."""
