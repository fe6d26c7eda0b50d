"""The far side: how updates come in and messages go out."""
