"""One file per flow of the conversation. Each is a pure step; bot.dialogue.step knows them all."""
