"""The conversation as ``(context, state, event) → (state, effects)``. Pure: it knows no Telegram, no clock, no disk."""
