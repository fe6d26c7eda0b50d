"""The conversation: words in (language), what to do (dialogue), words out (speech), all pure; doors around them."""
